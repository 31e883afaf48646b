"""Draw an atlas as SVG: contours, dots, names of regions, labels, key and source."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from flgraph.checks import format_count
from flgraph.map.atlas.atlas import Atlas
from flgraph.map.atlas.forces import Floats
from flgraph.map.atlas.labels import Box, Dots, Label, place_labels
from flgraph.map.atlas.paper_colors import ColorBy, PaperColors, choose_colors
from flgraph.map.atlas.paper_sizes import PaperSizes, SizeBy, choose_sizes
from flgraph.map.atlas.payload import describe_data, list_links
from flgraph.map.atlas.picture_key import write_key
from flgraph.map.atlas.region_colors import REGION_COLORS
from flgraph.map.atlas.region_names import RegionName, place_names
from flgraph.map.atlas.svg_parts import INK, QUIET, WARNING, open_svg, write_dot, write_halo, write_path, write_text
from flgraph.map.atlas.text_width import cut_text, measure_text, wrap_text
from flgraph.map.colors import OUTLINE_COLOR

_WIDTH: Final = 1200
_TALLEST: Final = 1300.0
_SIDE: Final = 24.0
_SMALLEST: Final = (480.0, 240.0)
_LARGEST_SCALE: Final = 1.6
_TITLE_SIZE: Final = 19
_LABEL_SIZE: Final = 12.0
_LABEL_LENGTH: Final = 30
_ALL_LABELS: Final = 120
_SOME_LABELS: Final = 26
_NAMED_DOTS: Final = 3000
_MANY: Final = 130


@dataclass(frozen=True, eq=False)
class Picture:
    """An atlas brought to the size of the picture.

    Attributes
    ----------
    atlas, colors, sizes
        What is drawn.
    scale, shift
        Places of the atlas times `scale` plus `shift` are pixels.
    top, bottom
        The y of the upper and of the lower edge of the map within the picture.
    """

    atlas: Atlas
    colors: PaperColors
    sizes: PaperSizes
    scale: float
    shift: Floats
    top: float
    bottom: float

    def move(self, points: Floats) -> Floats:
        """Return points of the atlas in pixels of the picture."""
        moved: Floats = points * self.scale + self.shift
        return moved

    @property
    def frame(self) -> Box:
        """Where names and labels may stand."""
        return Box(4, self.top, _WIDTH - 4, self.bottom)

    @property
    def dots(self) -> Dots:
        """The dots, in pixels."""
        return Dots(self.move(self.atlas.places), self.sizes.radii * self.scale)


def render_atlas_svg(
    atlas: Atlas, *, title: str | None = None, color: ColorBy | None = None, size: SizeBy | None = None
) -> str:
    """Render an atlas as an SVG picture with a key and the source of the data.

    Parameters
    ----------
    atlas : Atlas
        The atlas.
    title : str or None
        Heading; None uses the title of the graph.
    color, size
        As in `choose_colors` and `choose_sizes`.

    Returns
    -------
    str
        An SVG document 1,200 pixels wide; equal input gives equal text. Labels overlap neither each other nor other
        dots, and stand nearest to their own; those without room are left out.

    Examples
    --------
    >>> render_atlas_svg(make_atlas(build_graph(read_catalog())))[:4]
    '<svg'
    """
    heading = title or str(atlas.graph.graph.get("title") or "Map of papers")
    head = list(_write_heading(atlas, heading))
    picture = make_picture(atlas, color=color, size=size, head=30.0 + 22 * len(head))
    names = place_names(atlas, picture.dots, picture.move, picture.frame)
    labels = place_picture_labels(picture, names)
    key, height = write_key(atlas, picture.colors, picture.sizes, picture.scale, picture.bottom, _WIDTH)
    parts = [
        open_svg(_WIDTH, math.ceil(height), title=heading),
        *head,
        *_draw_contours(picture),
        *_draw_links(picture),
        *_draw_dots(picture),
        *_draw_names(picture, names),
        *_draw_labels(picture, labels),
        *key,
        "</svg>\n",
    ]
    return "\n".join(parts)


def _write_heading(atlas: Atlas, title: str) -> Iterator[str]:
    lines = wrap_text(title, _TITLE_SIZE, _WIDTH - 32, bold=True)
    for number, line in enumerate(lines):
        yield write_text(16, 30 + 22 * number, line, size=_TITLE_SIZE, bold=True)
    start, below = 16.0, 30 + 22.0 * len(lines)
    parts = []
    if atlas.graph.graph.get("synthetic") is True:
        warning = "SYNTHETIC DATA: made-up papers"
        parts.append(write_text(start, below, warning, size=13, fill=WARNING, bold=True))
        start += measure_text(warning, 13, bold=True) + 8
    note = cut_text(f"{describe_data(atlas)}{_describe_regions(atlas)}", 150)
    yield "".join([*parts, write_text(start, below, note, size=13, fill=QUIET)])


def _describe_regions(atlas: Atlas) -> str:
    regions = atlas.regions
    if not regions.names:
        return ""
    if regions.basis != "similarity":
        return f" · grouped by {regions.basis}"
    said = [] if regions.agreement is None else [f"stability {regions.agreement:.2f}"]
    said += [] if regions.chance is None else [f"chance {regions.chance:.2f}"]
    return f" · {format_count(len(regions.names), 'region')}" + (f" ({', '.join(said)})" if said else "")


def make_picture(
    atlas: Atlas, *, color: ColorBy | None = None, size: SizeBy | None = None, head: float = 74.0
) -> Picture:
    """Scale an atlas to the width of the picture, or to the greatest height, below a heading of this height."""
    colors, sizes = choose_colors(atlas, color), choose_sizes(atlas, size)
    points = np.vstack([atlas.places, *(ring for rings in atlas.rings for ring in rings), np.zeros((0, 2))])
    if not len(points):
        points = np.array([[500.0, 360.0]])
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.maximum(high - low, _SMALLEST)
    scale = min((_WIDTH - 2 * _SIDE - 60) / span[0], _TALLEST / span[1], _LARGEST_SCALE)
    room = 46.0 if len(atlas.papers) > _MANY else 22.0
    shift = np.array([_WIDTH / 2, head + room + scale * span[1] / 2]) - scale * (low + high) / 2
    return Picture(atlas, colors, sizes, scale, shift, head, head + 2 * room + scale * float(span[1]))


# --- marks -----------------------------------------------------------------------------------------------


def _draw_contours(picture: Picture) -> Iterator[str]:
    for number, rings in enumerate(picture.atlas.rings):
        color = _color_region(picture, number)
        path = " ".join(write_path(map(tuple, picture.move(ring))) for ring in rings)
        yield (
            f'<path d="{path}" fill="{color}" fill-opacity="0.125" fill-rule="evenodd" stroke="{color}" '
            'stroke-opacity="0.42" stroke-width="1.1"/>'
        )


def _color_region(picture: Picture, number: int) -> str:
    """Return the colour of a region; grey where colours say something else."""
    return REGION_COLORS[picture.atlas.colors[number]][0] if picture.colors.heading == "region" else OUTLINE_COLOR


def _draw_links(picture: Picture) -> Iterator[str]:
    """Draw the strongest links, those across regions paler; none among so many papers that they would be a haze."""
    region = picture.atlas.regions.region
    if len(region) > _NAMED_DOTS:
        return
    pairs = list_links(picture.atlas)["backbone"]
    points = picture.move(picture.atlas.places)
    opacity = 0.45 if len(region) <= 400 else 0.2
    for one, other in zip(pairs[::2], pairs[1::2], strict=True):
        inside = region[one] == region[other] >= 0
        color = _color_region(picture, int(region[one])) if inside else OUTLINE_COLOR
        (x1, y1), (x2, y2) = points[one], points[other]
        bend_x, bend_y = (x1 + x2) / 2 + (y2 - y1) * 0.12, (y1 + y2) / 2 - (x2 - x1) * 0.12
        yield (
            f'<path d="M{x1:.1f} {y1:.1f}Q{bend_x:.1f} {bend_y:.1f} {x2:.1f} {y2:.1f}" fill="none" stroke="{color}" '
            f'stroke-opacity="{opacity if inside else opacity / 2:g}"/>'
        )


def _draw_dots(picture: Picture) -> Iterator[str]:
    dots, atlas = picture.dots, picture.atlas
    named = len(atlas.papers) <= _NAMED_DOTS
    for number in np.argsort(-dots.radii, kind="stable").tolist():
        x, y = dots.centers[number]
        name = str(atlas.graph.nodes[atlas.papers[number]]["title"]) if named else ""
        is_known = bool(picture.sizes.known[number])
        yield write_dot(x, y, float(dots.radii[number]), picture.colors.fills[number], name=name, is_known=is_known)


# --- words -----------------------------------------------------------------------------------------------


def _draw_names(picture: Picture, names: list[RegionName]) -> Iterator[str]:
    for name in names:
        middle, line = (name.box.left + name.box.right) / 2, name.size * 1.12
        color = _color_region(picture, name.region) if picture.colors.heading == "region" else QUIET
        top = name.box.top + name.size
        texts = [
            write_text(middle, top + line * row, text, size=name.size, fill=color, anchor="middle", bold=True)
            for row, text in enumerate(name.lines)
        ]
        below = top + line * len(name.lines)
        texts.append(write_text(middle, below - 3, name.papers, size=12, fill=QUIET, anchor="middle"))
        yield write_halo(texts, width=4)


def place_picture_labels(picture: Picture, names: list[RegionName] | None = None) -> list[Label]:
    """Place the labels of a picture: of all papers up to 120, else of the 26 first; names of regions stand already."""
    atlas = picture.atlas
    if names is None:
        names = place_names(atlas, picture.dots, picture.move, picture.frame)
    sizes = [(measure_text(_name_paper(atlas, node), _LABEL_SIZE), _LABEL_SIZE * 1.22) for node in atlas.papers]
    most = len(sizes) if len(sizes) <= _ALL_LABELS else _SOME_LABELS
    return place_labels(
        picture.dots,
        sizes,
        _order_papers(picture)[:most],
        taken=[name.box for name in names],
        frame=picture.frame,
        over_small=len(sizes) > _MANY,
    )


def _name_paper(atlas: Atlas, node: str) -> str:
    return cut_text(str(atlas.graph.nodes[node]["label"]), _LABEL_LENGTH)


def _order_papers(picture: Picture) -> list[int]:
    """Order papers by the size of their dots, then by how much they are linked."""
    linked = np.diff(picture.atlas.links.indptr)
    order: list[int] = np.lexsort((np.arange(len(linked)), -linked, -picture.sizes.radii)).tolist()
    return order


def _draw_labels(picture: Picture, labels: list[Label]) -> Iterator[str]:
    for label in labels:
        if label.leader is not None:
            x1, y1, x2, y2 = label.leader
            yield f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{QUIET}" stroke-width="0.9"/>'
        if label.is_over:
            (x, y), radius = picture.dots.centers[label.dot], picture.dots.radii[label.dot]
            place = f'cx="{x:.1f}" cy="{y:.1f}" r="{radius + 1:.1f}"'
            yield f'<circle {place} fill="none" stroke="{INK}" stroke-width="1.3"/>'
    for label in labels:
        text = _name_paper(picture.atlas, picture.atlas.papers[label.dot])
        anchor, x = _align(picture, label)
        yield write_halo([write_text(x, label.box.bottom - _LABEL_SIZE * 0.33, text, fill=INK, anchor=anchor)])


def _align(picture: Picture, label: Label) -> tuple[str, float]:
    """Align a label on the side of its dot: the box is an upper estimate, and the text must not drift away from it."""
    x = picture.dots.centers[label.dot, 0] if label.leader is None else label.leader[2]
    if x <= label.box.left:
        return "start", label.box.left
    if x >= label.box.right:
        return "end", label.box.right
    return "middle", (label.box.left + label.box.right) / 2
