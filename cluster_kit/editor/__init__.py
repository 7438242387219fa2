"""Edit sessions in the browser, without YAML: the participant's form and the time budget beside the fields."""
