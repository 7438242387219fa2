"""A prompt kind for times of day, and an export as a Markdown table: an example of extending the kit."""
