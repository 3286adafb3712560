"""Sentence pairs in tables that people review."""
