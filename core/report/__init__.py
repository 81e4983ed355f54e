"""Reports: one content model (``core.analysis.board``), one writer per format."""
