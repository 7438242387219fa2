"""Names of people and states as people write them: cleaned, compared, and matched."""
