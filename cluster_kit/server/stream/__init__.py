"""The page's WebSocket: forms, session events, commands, and presence over one connection."""
