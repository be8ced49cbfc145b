"""Words for people: the catalogue of translations, and what is said of rows and reports."""
