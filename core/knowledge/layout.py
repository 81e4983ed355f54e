"""Where the names of a graph stand: near when facts connect them, and the same every time.

Each connected part is laid out by stress majorisation: distances in the picture
approach distances in the graph. Parts are then packed in rows, as nearly square
as they can be.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, shortest_path

_ROUNDS = 200
_STILL = 1e-4
_GAP = 1.2
_CROWDED = 0.22
"""How much longer an arrow is per fact of the name that it hangs on."""
_WIDTHS = 24

Points = NDArray[np.float64]


def places(names: int, edges: Sequence[tuple[int, int]]) -> Points:
    """A place for each of *names* names that *edges* connect, about 1 between neighbours.

    Returns
    -------
    One row per name: x and y.
    """
    if not names:
        return np.zeros((0, 2))
    pairs = np.array([(a, b) for a, b in edges if a != b], dtype=np.int64).reshape(-1, 2)
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    facts = np.bincount(pairs.ravel(), minlength=names)
    lengths = np.maximum(1.0, _CROWDED * facts[pairs].max(axis=1, initial=0))
    graph = csr_matrix((lengths, (pairs[:, 0], pairs[:, 1])), shape=(names, names))
    count, part = connected_components(graph, directed=False)
    parts = [np.flatnonzero(part == i) for i in range(count)]
    parts.sort(key=lambda members: (-len(members), int(members[0])))
    drawn = [_drawn(graph[members][:, members]) for members in parts]
    found = np.zeros((names, 2))
    for members, points in zip(parts, _packed(drawn), strict=True):
        found[members] = points
    return found


def _drawn(graph: csr_matrix) -> Points:
    """One connected part, its longer side across."""
    size = graph.shape[0]
    if size == 1:
        return np.zeros((1, 2))
    away = np.asarray(shortest_path(graph, directed=False), dtype=np.float64)
    points = _by_stress(away, _by_scaling(away))
    centred = points - points.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T
    # The sign of an axis is arbitrary: the first name stands to the left and above.
    signs = np.where(turned[0] > 1e-9, -1.0, 1.0) * np.array([1.0, -1.0])
    return np.asarray(turned * signs, dtype=np.float64)


def _by_scaling(away: Points) -> Points:
    """Classical scaling, and a turn around a circle so that no two names start in one place."""
    size = len(away)
    middle = np.eye(size) - 1 / size
    values, vectors = np.linalg.eigh(-0.5 * middle @ away**2 @ middle)
    flat = vectors[:, ::-1][:, :2] * np.sqrt(np.maximum(values[::-1][:2], 0))
    flat = np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))
    angle = np.arange(size) * (np.pi * (3 - np.sqrt(5)))
    ring = np.sqrt(np.arange(size) + 0.5) / np.sqrt(size)
    return flat + 0.3 * np.column_stack([ring * np.cos(angle), ring * np.sin(angle)])


def _by_stress(away: Points, start: Points) -> Points:
    """Move the names until distances fit as well as they can (SMACOF, weights 1/d²)."""
    weight = 1 / np.where(away > 0, away, 1) ** 2
    np.fill_diagonal(weight, 0)
    laplacian = np.diag(weight.sum(axis=1)) - weight
    inverse = np.linalg.pinv(laplacian)
    points = start
    for _ in range(_ROUNDS):
        apart = np.linalg.norm(points[:, None] - points[None], axis=2)
        pull = -weight * away / np.where(apart > 1e-9, apart, 1e-9)
        np.fill_diagonal(pull, 0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        moved = inverse @ (pull @ points)
        step = float(np.abs(moved - points).max())
        points = moved
        if step < _STILL:
            break
    return points


def _packed(parts: Sequence[Points]) -> list[Points]:
    """Parts side by side in rows without touching, as nearly square as a width makes them."""
    boxes = [np.ptp(points, axis=0) + _GAP for points in parts]
    widest = max(float(w) for w, _ in boxes)
    whole = sum(float(w) for w, _ in boxes)
    options = [_corners(boxes, width) for width in np.linspace(widest, whole, _WIDTHS)]
    corners = min(options, key=lambda at: _side(boxes, at))
    return [
        points - np.array([points[:, 0].min(), points[:, 1].max()]) + corner
        for points, corner in zip(parts, corners, strict=True)
    ]


def _corners(boxes: Sequence[Points], width: float) -> Points:
    """The upper left corner of each box when rows are at most *width* wide, the tallest first."""
    corners = np.zeros((len(boxes), 2))
    x, y, row = 0.0, 0.0, 0.0
    for i in sorted(range(len(boxes)), key=lambda i: (-float(boxes[i][1]), i)):
        w, h = map(float, boxes[i])
        if x > 0 and x + w > width + 1e-9:
            x, y, row = 0.0, y - row, 0.0
        corners[i] = x, y
        x, row = x + w, max(row, h)
    return corners


def _side(boxes: Sequence[Points], corners: Points) -> float:
    """The longer side of what the boxes fill."""
    sizes = np.array(boxes)
    return max(
        float((corners[:, 0] + sizes[:, 0]).max()), float((sizes[:, 1] - corners[:, 1]).max())
    )
