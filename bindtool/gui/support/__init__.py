"""Help, the support bundle, the laptop check."""
