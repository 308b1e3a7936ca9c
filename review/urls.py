"""Where every page is."""

from django.urls import path
from django.views.i18n import set_language

from review.pages import case, changes, checkups, entry, evidence, leader, log, night, people, places

urlpatterns = [
    path("", night.night, name="night"),
    path("next", night.next_case, name="next"),
    path("confirmations", night.confirmations, name="confirmations"),
    path("cases/<slug:case_id>", case.case, name="case"),
    path("cases/<slug:case_id>/take", changes.take, name="take"),
    path("cases/<slug:case_id>/give-back", changes.give_back, name="give_back"),
    path("cases/<slug:case_id>/assign", changes.assign, name="assign"),
    path("cases/<slug:case_id>/decide", changes.decide, name="decide"),
    path("cases/<slug:case_id>/comment", changes.comment, name="comment"),
    path("cases/<slug:case_id>/snooze", changes.snooze, name="snooze"),
    path("cases/<slug:case_id>/wake", changes.wake, name="wake"),
    path("cases/<slug:case_id>/attach", changes.attach, name="attach"),
    path("cases/<slug:case_id>/files/<int:number>", changes.download, name="download"),
    path("cases/<slug:case_id>/pictures", evidence.pictures, name="pictures"),
    path("cases/<slug:case_id>/file.pdf", evidence.case_pdf, name="case_pdf"),
    path("cases/<slug:case_id>/reveal", evidence.reveal, name="reveal"),
    path("list.<slug:form>", evidence.list_file, name="list_file"),
    path("decisions/<int:number>/confirm", changes.confirm, name="confirm"),
    path("decisions/<int:number>/refuse", changes.refuse, name="refuse"),
    path("decisions/<int:number>/undo", changes.undo, name="undo"),
    path("centres", places.centres, name="centres"),
    path("centre", places.centre, name="centre"),
    path("clerks", places.clerks, name="clerks"),
    path("clerk", places.clerk, name="clerk"),
    path("agents", places.agents, name="agents"),
    path("agent", places.agent, name="agent"),
    path("leader", leader.leader, name="leader"),
    path("checkups", checkups.checkups, name="checkups"),
    path("log", log.log, name="log"),
    path("people", people.people, name="people"),
    path("let-in", people.add, name="add_person"),
    path("people/<str:username>", people.person, name="person"),
    path("people/<str:username>/change", people.change, name="change_person"),
    path("people/<str:username>/link", people.link, name="new_link"),
    path("people/<str:username>/conflicts/add", people.add_conflict, name="add_conflict"),
    path("people/<str:username>/conflicts/<int:number>/end", people.end_conflict, name="end_conflict"),
    path("log-in", entry.LogIn.as_view(), name="log_in"),
    path("log-out", entry.log_out, name="log_out"),
    path("set-up/<str:key>/<str:token>", entry.set_up, name="set_up"),
    path("language", set_language, name="set_language"),
]

handler403 = "review.pages.entry.forbidden"
handler404 = "review.pages.entry.not_found"
handler500 = "review.pages.entry.failed"
