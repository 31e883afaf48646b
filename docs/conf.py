"""How Sphinx builds the pages and the reference: `python -m sphinx -q -E -W --keep-going -c docs . build/docs`."""

from pydantic import BaseModel

project = "flgraph"
root_doc = "docs/index"
include_patterns = ["*.md", "docs/*.md", "benchmarks/README.md"]
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "myst_parser"]

# -W makes these warnings errors: a link that leads nowhere, a public name of ours that the reference does not hold.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!flgraph\b).*|.*\._\w+")]

# Docstrings write names in single backticks, as Markdown does.
default_role = "code"
myst_heading_anchors = 3
autodoc_default_options = {"exclude-members": "model_config"}
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = "flgraph"
html_show_copyright = False
html_copy_source = False


def _hide_signature(*event: object) -> tuple[str, None] | None:
    """Leave out the signature of a pydantic record: it repeats the fields below it, with all their constraints."""
    _, what, _, documented, *_ = event
    is_record = what == "class" and isinstance(documented, type) and issubclass(documented, BaseModel)
    return ("", None) if is_record else None


def setup(app):  # noqa: D103 - Sphinx's hook
    app.connect("autodoc-process-signature", _hide_signature)
