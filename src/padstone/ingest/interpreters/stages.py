"""What happens during a pass: the station's stages, and what it does besides the work itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from padstone.cfx import given
from padstone.features.production.commands import WorkNews, record_work_news
from padstone.features.production.domain import WorkEventKind
from padstone.ingest.interpreters.measured import kind_of, plain_structure
from padstone.ingest.interpreters.naming import stage_name
from padstone.kernel.actor import INTERPRETER

if TYPE_CHECKING:
    from padstone import cfx
    from padstone.ingest.context import Context

_SAID_ELSEWHERE = ("TimeStamp", "ActivityName", "ActivityState")


def work_stage_started(message: cfx.WorkStageStarted, context: Context) -> None:
    _stage(message, WorkEventKind.STAGE_STARTED, "", context)


def work_stage_paused(message: cfx.WorkStagePaused, context: Context) -> None:
    reason = given(message.pause_reason)
    _stage(message, WorkEventKind.STAGE_PAUSED, reason.value if reason else "", context)


def work_stage_resumed(message: cfx.WorkStageResumed, context: Context) -> None:
    _stage(message, WorkEventKind.STAGE_RESUMED, "", context)


def work_stage_completed(message: cfx.WorkStageCompleted, context: Context) -> None:
    result = given(message.result)
    _stage(message, WorkEventKind.STAGE_COMPLETED, result.value if result else "", context)


def _stage(
    message: cfx.WorkStageStarted | cfx.WorkStagePaused | cfx.WorkStageResumed | cfx.WorkStageCompleted,
    kind: WorkEventKind,
    result: str,
    context: Context,
) -> None:
    stage = stage_name(given(message.stage))
    news = WorkNews(kind=kind, at=context.happened_at, stage=stage, result=result)
    record_work_news.within(
        INTERPRETER,
        uuid=context.uuid(given(message.transaction_id), "TransactionID"),
        news=[news],
        journal_no=context.journal_no,
    )


def activities_executed(message: cfx.ActivitiesExecuted, context: Context) -> None:
    """Conveying, aligning, cleaning: each with its own time, and whether it began or ended."""
    stage = stage_name(given(message.stage))
    record_work_news.within(
        INTERPRETER,
        uuid=context.uuid(given(message.transaction_id), "TransactionID"),
        news=[_activity(activity, stage, context) for activity in given(message.activities) or ()],
        journal_no=context.journal_no,
    )


def _activity(activity: cfx.Activity, stage: str, context: Context) -> WorkNews:
    said = plain_structure(activity)
    state = given(activity.activity_state)
    return WorkNews(
        kind=WorkEventKind.ACTIVITY,
        at=context.at(given(activity.time_stamp)),
        stage=stage,
        name=given(activity.activity_name) or kind_of(activity),
        result=state.value if state else "",
        told={name: value for name, value in said.items() if name not in _SAID_ELSEWHERE},
    )
