"""The roster page for facilitators: people, links, import, and export."""
