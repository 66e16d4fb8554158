from tests.domains.conftest import anyone, owner

__all__ = ["anyone", "owner"]
