"""The cookbook: research questions with query, answer and plot, computed from an archive and written as pages.

``python -m ops.cookbook`` writes ``docs/cookbook`` anew from the bundled record; ``--at`` asks a running archive.
"""
