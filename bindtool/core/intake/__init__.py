"""How a text becomes a row: read by the rules, judged, held, or refused as a repeat."""
