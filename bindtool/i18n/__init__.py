"""Words for people: the catalogue of translations, and the texts of rows and reports."""
