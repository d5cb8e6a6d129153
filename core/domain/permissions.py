"""Permissions: which role a word needs, and which words a forgeable sender may use (DESIGN §6)."""

from collections.abc import Mapping

from core.domain import commands as c
from core.domain.errors import NotAllowed
from core.domain.people import Actor, Role

NEEDED: Mapping[type[c.Command | c.Query], Role | None] = {
    c.TakeStep: Role.DRIVER,
    c.Undo: Role.DRIVER,
    c.AddNote: Role.DRIVER,
    c.SetEta: Role.DRIVER,
    c.ListJobs: Role.DRIVER,
    c.ShowJob: Role.DRIVER,
    c.ShowWords: Role.DRIVER,
    c.AcceptJob: Role.DRIVER,
    c.DeclineJob: Role.DRIVER,
    c.AddProof: Role.DRIVER,
    c.RecordTicket: Role.DRIVER,
    c.SharePhone: Role.DRIVER,
    c.CreateJob: Role.DISPATCHER,
    c.ShareProofs: Role.DISPATCHER,
    c.EditJob: Role.DISPATCHER,
    c.AssignDriver: Role.DISPATCHER,
    c.UnassignDriver: Role.DISPATCHER,
    c.CancelJob: Role.DISPATCHER,
    c.ApproveJob: Role.DISPATCHER,
    c.RevokeLink: Role.DISPATCHER,
    c.RenewLink: Role.DISPATCHER,
    c.FindJobs: Role.DISPATCHER,
    c.ShowHistory: Role.DISPATCHER,
    c.ShowReport: Role.DISPATCHER,
    c.Export: Role.DISPATCHER,
    c.ShowLink: Role.DISPATCHER,
    c.ShowDashboard: Role.DISPATCHER,
    c.TextCustomer: Role.DISPATCHER,
    c.MarkHandled: Role.DISPATCHER,
    c.SendHeld: Role.DISPATCHER,
    c.SettleOptOut: Role.DISPATCHER,
    c.ShowTexts: Role.DISPATCHER,
    c.SwitchTexts: Role.ADMIN,
    c.RunSelftest: Role.ADMIN,
    c.InvitePerson: Role.ADMIN,
    c.RemovePerson: Role.ADMIN,
    c.ListPeople: Role.ADMIN,
    c.AskForget: Role.ADMIN,
    c.Forget: Role.ADMIN,
    c.ReleaseSite: Role.ADMIN,
    # What a customer or somebody who is not yet known asks for: the rules themselves look at who it is.
    c.Join: None,
    c.EnrolAdmin: None,
    c.ReportChat: None,
    c.ReportStranger: None,
    c.BookJob: None,
    c.ConfirmByCustomer: None,
    c.ChooseLanguage: None,
    c.OptOutByCustomer: None,
    c.AskOptOut: None,
    c.OptInByCustomer: None,
    c.WriteToDispatcher: None,
    c.ShowStatus: None,
}
"""The least role for each command and query; None where it is not a matter of role."""

FORGEABLE_MAY: frozenset[type[c.Command | c.Query]] = frozenset(
    {
        c.CreateJob,
        c.ListJobs,
        c.ShowJob,
        c.ShowWords,
        c.TakeStep,
        c.Undo,
        c.SetEta,
        c.AddNote,
        c.AcceptJob,
        c.DeclineJob,
    }
)
"""What staff may do by SMS, whose sender can be forged: work on jobs, no people, links or deploys."""

PRIVATE: frozenset[type[c.Command | c.Query]] = frozenset(
    {kind for kind, role in NEEDED.items() if role is Role.ADMIN} | {c.Export, c.ShowDashboard}
)
"""What is not said where others read along: its answer is a key, or all that is known of everybody."""


def check(actor: Actor, word: c.Command | c.Query) -> None:
    """Do nothing where `actor` may use `word`. Raises NotAllowed."""
    check_kind(actor, type(word))


def check_kind(actor: Actor, kind: type[c.Command | c.Query]) -> None:
    """Do nothing where `actor` may use words of this kind. Raises NotAllowed."""
    needed = NEEDED[kind]
    if needed is None:
        return
    if actor.role is None or not actor.role.may_act_as(needed):
        raise NotAllowed(needed)
    if actor.in_company and kind in PRIVATE:
        raise NotAllowed(needed, in_company=True)
    if actor.forgeable and kind not in FORGEABLE_MAY:
        raise NotAllowed(needed, by_sms=True)
