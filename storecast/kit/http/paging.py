"""Which page of a collection a request asks for."""

from typing import Annotated

from litestar.params import QueryParameter

from storecast.kit.pagination import MAX_PAGE

PageNumber = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, description="Which page, from 1.")]
