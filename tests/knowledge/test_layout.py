import time

import numpy as np
from test_graph_checks import fact

from core.knowledge.graph import KnowledgeGraph
from core.knowledge.layout import places
from core.knowledge.neighbourhood import neighbourhood


def test_neighbours_stand_about_one_apart_and_a_path_is_straight() -> None:
    """Four names in a row take three lengths from end to end, and none turns back."""
    found = places(4, [(0, 1), (1, 2), (2, 3)])
    assert np.linalg.norm(found[0] - found[3]) > 2.9
    assert np.allclose(np.linalg.norm(np.diff(found, axis=0), axis=1), 1, atol=0.05)


def test_parts_that_nothing_connects_do_not_overlap() -> None:
    """Three pairs are apart, and a picture is the same every time."""
    edges = [(0, 1), (2, 3), (4, 5)]
    found = places(6, edges)
    apart = np.linalg.norm(found[:, None] - found[None], axis=2)[~np.eye(6, dtype=bool)]
    assert apart.min() > 0.9
    assert np.array_equal(found, places(6, edges))


def test_odd_graphs_have_places() -> None:
    """No name, one name, a name related to itself, and facts said twice or both ways."""
    assert places(0, []).shape == (0, 2)
    assert places(1, [(0, 0)]).shape == (1, 2)
    assert np.isfinite(places(3, [(0, 1), (1, 0), (0, 1), (2, 2)])).all()


def test_150_names_are_placed_in_a_blink() -> None:
    """A graph as large as the picture takes is laid out in less than a second or two."""
    edges = [(i, (i * 7 + 1) % 150) for i in range(150)] + [(i, i // 3) for i in range(1, 150)]
    before = time.perf_counter()
    found = places(150, edges)
    assert time.perf_counter() - before < 5
    assert np.isfinite(found).all()


def test_a_large_graph_is_shown_around_a_name() -> None:
    """A chain of 300 names is too long to read: two facts around the chosen one are shown."""
    graph = KnowledgeGraph([fact(f"n{i}", "precedes", f"n{i + 1}") for i in range(300)])
    part = neighbourhood(graph, "N150", 150)
    assert sorted(n.name for n in part.nodes) == ["n148", "n149", "n150", "n151", "n152"]
    assert (part.chosen, part.steps, part.is_whole) == ("n150", 2, False)
    assert neighbourhood(graph, None, 150).chosen
    assert neighbourhood(graph, None, 301).is_whole
