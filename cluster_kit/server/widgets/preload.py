"""What kernels of session pages have from the start: the warm parent imports this module, and they are forked from it.

Reading and validating a series takes a tenth of a second and some megabytes, and writing the first document a
hundredth: here once, not in each kernel.
"""

from __future__ import annotations

import os

from cluster_kit.content import load_content
from cluster_kit.documents.model import Section, to_json
from cluster_kit.settings import SERIES_VARIABLE, Settings

if series := os.environ.get(SERIES_VARIABLE):
    load_content(series, overlay=Settings.read().content)

to_json(Section("", ()))
