from storecast.kit.errors import Conflict, Forbidden, NotFound


class ThreadNotFound(NotFound):
    title = "Thread not found"


class ChatOff(Conflict):
    title = "Chat is off"

    def __init__(self) -> None:
        super().__init__("The host has turned the chat off.")


class GuestChatOff(Forbidden):
    title = "Sign in to chat"

    def __init__(self) -> None:
        super().__init__("Guests can't write here. Sign in to chat.")
