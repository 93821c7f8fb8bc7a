"""Notes on working methods, their paragraphs, and assessments of how they are implemented."""

from __future__ import annotations

from domain.notes import Assessment, Note, Paragraph
from projections.tables import plain_rows, plain_view

NOTES = plain_view(Note, "notes", indexes=(("symbol",),))
PARAGRAPHS = plain_view(Paragraph, "paragraphs", indexes=(("note", "number"),))
ASSESSMENTS = plain_view(Assessment, "assessments", indexes=(("paragraph", "date"),))

note_rows = plain_rows("notes", Note)
paragraph_rows = plain_rows("paragraphs", Paragraph)
assessment_rows = plain_rows("assessments", Assessment)
