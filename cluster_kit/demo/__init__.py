"""People and answers of the fictional series."""
