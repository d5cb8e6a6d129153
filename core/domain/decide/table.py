"""The table of rules: which one decides which command."""

from pydantic_core import PydanticSerializationError

from core.domain import commands as c
from core.domain.business import Business
from core.domain.decide import (
    booking,
    changes,
    creation,
    customers,
    driving,
    forgetting,
    reach,
    staff,
    steps,
    texts,
)
from core.domain.decide.request import Request, Scene
from core.domain.errors import BadValue
from core.domain.events import AnyEvent, SelfTested
from core.domain.permissions import check
from core.domain.state import State


def decide(state: State, request: Request, business: Business) -> tuple[AnyEvent, ...]:
    """Return what happens when `request` meets `state`; at least one event.

    Pure: the same arguments give the same events, so it may be decided again after a lost race. Raises a
    Refusal where nothing happens.
    """
    check(request.actor, request.command)
    _must_be_storable(request.command)
    return _rule(Scene(state, request, business), request.command)


def _must_be_storable(command: c.Command) -> None:
    """Refuse text with half a character in it (a lone surrogate): no file could hold it."""
    try:
        command.model_dump_json()
    except PydanticSerializationError as error:
        raise BadValue("text", "not_unicode") from error


def _rule(scene: Scene, command: c.Command) -> tuple[AnyEvent, ...]:  # noqa: C901, PLR0912 - a table
    match command:
        case c.CreateJob():
            return creation.create(scene, command)
        case c.BookJob():
            return booking.book(scene, command)
        case c.ApproveJob():
            return booking.approve(scene, command)
        case c.TakeStep():
            return steps.take_step(scene, command)
        case c.Undo():
            return steps.undo(scene, command)
        case c.CancelJob():
            return steps.cancel(scene, command)
        case c.EditJob():
            return changes.edit(scene, command)
        case c.AssignDriver():
            return changes.assign(scene, command)
        case c.UnassignDriver():
            return changes.unassign(scene, command)
        case c.AddNote():
            return changes.add_note(scene, command)
        case c.SetEta():
            return changes.set_eta(scene, command)
        case c.RevokeLink():
            return changes.revoke(scene, command)
        case c.RenewLink():
            return changes.renew(scene, command)
        case c.AcceptJob():
            return driving.accept(scene, command)
        case c.DeclineJob():
            return driving.decline(scene, command)
        case c.AddProof():
            return driving.add_proof(scene, command)
        case c.ShareProofs():
            return driving.share(scene, command)
        case c.RecordTicket():
            return driving.record_ticket(scene, command)
        case c.InvitePerson():
            return staff.invite(scene, command)
        case c.RemovePerson():
            return staff.remove(scene, command)
        case c.Forget():
            return forgetting.forget(scene, command)
        case c.Join():
            return staff.join(scene, command)
        case c.EnrolAdmin():
            return staff.enrol_admin(scene, command)
        case c.SharePhone():
            return reach.share_phone(scene, command)
        case c.ReportChat():
            return reach.report_chat(scene, command)
        case c.ReportStranger():
            return reach.report_stranger(scene, command)
        case c.ConfirmByCustomer():
            return customers.confirm(scene, command)
        case c.ChooseLanguage():
            return customers.choose_language(scene, command)
        case c.OptOutByCustomer():
            return customers.opt_out(scene, command)
        case c.AskOptOut():
            return customers.ask_opt_out(scene, command)
        case c.SettleOptOut():
            return texts.settle_opt_out(scene, command)
        case c.TextCustomer():
            return texts.text(scene, command)
        case c.MarkHandled():
            return texts.mark_handled(scene, command)
        case c.SendHeld():
            return texts.send_held(scene, command)
        case c.SwitchTexts():
            return texts.switch(scene, command)
        case c.RunSelftest():
            return (SelfTested(at=scene.at, by=scene.by, cause=scene.cause),)
        case c.OptInByCustomer():
            return customers.opt_in(scene, command)
        case c.WriteToDispatcher():
            return customers.write(scene, command)
