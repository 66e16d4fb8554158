"""The API's HTTP paths beside what bare uvicorn and asyncpg make of the same answers."""
