"""Preloads what kernels of session pages need: the fork server imports this module before it forks kernels.

Loading and validating a series takes 0.1 seconds and a few megabytes, and writing the first document takes 0.01
seconds. The fork server does it once for all kernels.
"""

from __future__ import annotations

import os

from cluster_kit.content import list_series, load_content
from cluster_kit.documents.model import Section, section_to_json
from cluster_kit.settings import SERIES_VARIABLE, Settings

if series := os.environ.get(SERIES_VARIABLE):
    overlay = Settings.read().content
    if series in list_series(overlay):  # outside of a server, a user may have configured a series that does not exist
        load_content(series, overlay)

section_to_json(Section("", ()))
