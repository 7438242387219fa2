"""One model of a document, and its writers: HTML, Markdown, Word, PDF, and the output of a notebook."""
