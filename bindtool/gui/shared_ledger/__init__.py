"""What other benches have bound."""
