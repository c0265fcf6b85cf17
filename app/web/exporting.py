"""Downloads."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Response

from app.exports import export
from app.web.api import Door, SessionId

router = APIRouter(prefix="/api")


@router.get("/sessions/{session_id}/export/{name}")
async def download(door: Door, session_id: SessionId, name: str) -> Response:
    """spec.json, session.json, parameters.npz, pytorch.py or numpy.py."""
    session = door.load(session_id)
    media_type, content = await door.look(session, partial(export, name=name), work=door.spec_work(session))
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=media_type)
