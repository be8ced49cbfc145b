"""Turns texts into rows: read by the rules, judged, held, or refused as a repeat."""
