"""The realtime plane: WebSocket rooms fed by the bus. Knows no domain and runs no queries; asks the API by hooks."""
