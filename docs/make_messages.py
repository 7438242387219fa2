"""Write the messages between browser and server as JSON Schema and as TypeScript declarations.

``python -m docs.make_messages`` writes ``docs/messages.schema.json`` and ``cluster_kit/web/shared/messages.d.ts``, from
which the JavaScript takes its JSDoc types.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, create_model

from cluster_kit.console.protocol import PanelAnswers, PanelReply, PanelRequest
from cluster_kit.console.views import VIEWS
from cluster_kit.forms.definition_models import CellPromptView, ExerciseView, PromptView
from cluster_kit.forms.protocol import FormReply, FormRequest
from cluster_kit.models import FrozenModel, Json
from cluster_kit.server.stream.protocol import PageFrame, ServerFrame
from cluster_kit.sessions.commands import command_kinds
from cluster_kit.sessions.evaluation import EvaluationSubmission

SCHEMA = Path(__file__).with_name("messages.schema.json")
TYPES = Path(__file__).parents[1] / "cluster_kit/web/shared/messages.d.ts"
NAMED: Mapping[str, Any] = {
    "FormRequest": FormRequest,
    "FormReply": FormReply,
    "PageFrame": PageFrame,
    "ServerFrame": ServerFrame,
    "PanelRequest": PanelRequest,
    "PanelReply": PanelReply,
    "PanelAnswers": PanelAnswers,
    **{view.__name__: view for view in VIEWS.values()},
    "CellPromptView": CellPromptView,
    "PromptView": PromptView,
    "ExerciseView": ExerciseView,
    "EvaluationSubmission": EvaluationSubmission,
}
SIMPLE = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}
HEAD = "// Messages between browser and server. Written by docs/make_messages.py from the models; do not edit.\n"


def build_schema() -> Json:
    """One JSON Schema with every message under ``$defs``, the unions of messages by name."""
    commands: Any = create_model(
        "CommandValues", __base__=FrozenModel, __doc__="The value of each kind of command.", **command_kinds()
    )
    adapters = {name: TypeAdapter(union) for name, union in {**NAMED, "CommandValues": commands}.items()}
    by_key, schema = TypeAdapter.json_schemas([(name, "validation", adapter) for name, adapter in adapters.items()])
    for (name, _), one in by_key.items():
        schema["$defs"].setdefault(str(name), one)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": dict(sorted(schema["$defs"].items()))}


def write_schema() -> str:
    """The schema as JSON text."""
    return json.dumps(build_schema(), indent=2, ensure_ascii=False) + "\n"


def write_types() -> str:
    """Each definition as an exported TypeScript declaration."""
    return "\n".join([HEAD, *(_declare(name, schema) for name, schema in build_schema()["$defs"].items())])


def _declare(name: str, schema: Json) -> str:
    comment = _comment(schema.get("description", ""), "")
    if "properties" not in schema:
        return f"{comment}export type {name} = {_type(schema)};\n"
    required = {"type", *schema.get("required", ())}
    fields = (f"  {key}{'' if key in required else '?'}: {_type(one)};" for key, one in schema["properties"].items())
    return "\n".join([f"{comment}export interface {name} {{", *fields, "}\n"])


def _comment(text: str, indent: str) -> str:
    if not text:
        return ""
    lines = textwrap.wrap(" ".join(text.split()), 112)
    if len(lines) == 1:
        return f"{indent}/** {lines[0]} */\n"
    return "\n".join([f"{indent}/**", *(f"{indent} * {line}" for line in lines), f"{indent} */\n"])


def _type(schema: Json) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " | ".join(_type(one) for one in schema[key])
    if schema.get("type") == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(_type(one) for one in schema['prefixItems'])}]"
        return f"Array<{_type(schema.get('items', {}))}>"
    if schema.get("type") == "object":
        values = schema.get("additionalProperties", True)
        keys = _type(schema["propertyNames"]) if "propertyNames" in schema else "string"
        return f"Record<{keys}, {_type(values) if isinstance(values, dict) else 'any'}>"
    return SIMPLE.get(schema.get("type", ""), "any")


def main() -> None:
    """Write both files."""
    SCHEMA.write_text(write_schema(), encoding="utf-8")
    TYPES.write_text(write_types(), encoding="utf-8")


if __name__ == "__main__":
    main()
