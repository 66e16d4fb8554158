"""A person's own data over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated

from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter

from storecast.domains.accounts.callers import Unscoped
from storecast.domains.privacy.models import DataExport
from storecast.domains.privacy.schemas import DataExportView, ErasureView, ExportLink
from storecast.domains.privacy.service import is_given_up
from storecast.domains.sign_ins.second_factors.proof import Proof
from storecast.kit.clock import iso
from storecast.kit.envelope import Data
from storecast.kit.http.stored import stored_file
from storecast.wiring.unit import Unit

LINK_FOLLOWED = timedelta(minutes=5)


class DataExportController(Controller):
    path = "/profile/exports"
    tags = ("Accounts",)
    opt = {"scope": Unscoped.SIGN_IN}  # noqa: RUF012

    @post("/", operation_id="requestDataExport", status_code=200)
    async def request_data_export(self, data: JSONBody[Proof], unit: NamedDependency[Unit]) -> Data[DataExportView]:
        """Ask for a copy of everything known of the caller; a mail says when it is ready.

        Takes the password or a code.
        """
        await unit.factors.prove(unit.user, data, unit.device, unit.now)
        return Data(_view(await unit.privacy.request_export(unit.account, unit.device, unit.now), unit.now))

    @get("/", operation_id="listDataExports")
    async def list_data_exports(self, unit: NamedDependency[Unit]) -> Data[list[DataExportView]]:
        """The caller's newest exports; each is kept 7 days."""
        return Data([_view(export, unit.now) for export in await unit.privacy.exports(unit.account)])

    @get("/{id:str}", operation_id="showDataExport")
    async def show_data_export(self, id: FromPath[str], unit: NamedDependency[Unit]) -> Data[DataExportView]:
        """One export, and whether it is ready."""
        return Data(_view(await unit.privacy.export_of(unit.account, id), unit.now))

    @post("/{id:str}/link", operation_id="linkDataExport", status_code=200)
    async def link_data_export(
        self, id: FromPath[str], data: JSONBody[Proof], unit: NamedDependency[Unit]
    ) -> Data[ExportLink]:
        """A link to the zip, good for an hour. Takes the password or a code: a stolen session must not read it."""
        export = await unit.privacy.ready_export_of(unit.account, id, unit.now)
        await unit.factors.prove(unit.user, data, unit.device, unit.now)
        path = f"profile/exports/{export.id}/file?{unit.privacy.signed_query(export, unit.now)}"
        return Data(ExportLink(f"{unit.urls.base}/api/v1/{path}"))

    @get(
        "/{id:str}/file",
        operation_id="downloadDataExport",
        opt={"scope": Unscoped.PUBLIC},
        media_type="application/zip",
        response_description="The zip.",
        responses={302: ResponseSpec(None, description="Where the zip is.", generate_examples=False)},
    )
    async def download_data_export(
        self,
        request: Request[None, None, State],
        id: FromPath[str],
        expires: Annotated[int, QueryParameter(ge=0, lt=2**40, description="From the link.")],
        signature: Annotated[str, QueryParameter(max_length=64, description="From the link.")],
        unit: NamedDependency[Unit],
    ) -> Response[object]:
        """The zip, by the link that was given for it; where S3 hands it out, an address there, good for minutes."""
        key = await unit.privacy.download(id, expires, signature, unit.now)
        headers = {"Cache-Control": "private, no-store"}
        if (there := await unit.storage.link(key, LINK_FOLLOWED)) is not None:
            return Response(b"", status_code=302, headers={**headers, "Location": there})
        headers["Content-Disposition"] = f'attachment; filename="my-data-{unit.now:%Y-%m-%d}.zip"'
        return await stored_file(request, unit.storage, key, headers)


class ErasureController(Controller):
    path = "/profile/erasure"
    tags = ("Accounts",)
    opt = {"scope": Unscoped.SIGN_IN}  # noqa: RUF012

    @get("/", operation_id="showErasure")
    async def show_erasure(self, unit: NamedDependency[Unit]) -> Data[ErasureView]:
        """Whether the caller's account is to be erased, and when."""
        erasure = await unit.privacy.erasure_of(unit.account)
        if erasure is None:
            return Data(ErasureView(scheduled=False))
        return Data(ErasureView(True, iso(erasure.requested_at), iso(erasure.due_at)))

    @post("/", operation_id="scheduleErasure", status_code=200)
    async def schedule_erasure(self, data: JSONBody[Proof], unit: NamedDependency[Unit]) -> Data[ErasureView]:
        """Have the account and all that belongs to it erased in 7 days. Takes the password or a code."""
        await unit.factors.prove(unit.user, data, unit.device, unit.now)
        erasure = await unit.privacy.schedule_erasure(unit.account, unit.device, unit.now)
        return Data(ErasureView(True, iso(erasure.requested_at), iso(erasure.due_at)))

    @delete("/", operation_id="callOffErasure")
    async def call_off_erasure(self, unit: NamedDependency[Unit]) -> None:
        """Keep the account after all."""
        await unit.privacy.call_off_erasure(unit.account, unit.device, unit.now)


def _view(export: DataExport, now: datetime) -> DataExportView:
    ready = export.key is not None
    return DataExportView(
        id=export.id,
        status="ready" if ready else "failed" if is_given_up(export, now) else "waiting",
        requested_at=iso(export.requested_at),
        ready_at=iso(export.ready_at) if export.ready_at else None,
        expires_at=iso(export.expires_at) if export.expires_at else None,
        size=export.size,
    )
