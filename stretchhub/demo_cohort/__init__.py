"""The demo's organisation: Tidewell Logistics, its people and fourteen months of their stretch work.

The words are in `stories/`, one file a mentee; the modules beside it turn them into rows, dated
relative to today and the same each time for the same seed.
"""
