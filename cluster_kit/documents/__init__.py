"""One model of a document, and its writers: HTML, Markdown, Word, PDF, and the output of a notebook.

``model`` has the blocks, ``document_file`` writes a document in the format that a file name's ending selects, and
``view`` shows one in a notebook. ``typed_text`` prepares what people typed; ``pdf_rules`` and ``pdf_tag_rules`` check
accessibility.
"""
