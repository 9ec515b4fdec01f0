"""Addresses of the desk."""

from __future__ import annotations

from django.urls import URLPattern, path

from jiannuo.faces.desk import views
from jiannuo.faces.desk.accounts import views as accounts
from jiannuo.faces.desk.acting import views as acting
from jiannuo.faces.desk.audit import views as audit
from jiannuo.faces.desk.bringing import views as bringing
from jiannuo.faces.desk.customers import archive, claims, contract, sites
from jiannuo.faces.desk.customers import views as customers
from jiannuo.faces.desk.devices import registering
from jiannuo.faces.desk.devices import views as devices
from jiannuo.faces.desk.dispatch import views as dispatch
from jiannuo.faces.desk.door import own
from jiannuo.faces.desk.door import views as door
from jiannuo.faces.desk.emergencies import views as emergencies
from jiannuo.faces.desk.figures import views as figures
from jiannuo.faces.desk.finding import views as finding
from jiannuo.faces.desk.handover import views as handover
from jiannuo.faces.desk.health import views as health
from jiannuo.faces.desk.hotline import views as hotline
from jiannuo.faces.desk.knowledge import views as knowledge
from jiannuo.faces.desk.phrases import views as phrases
from jiannuo.faces.desk.plan import renewal_views as renewing
from jiannuo.faces.desk.plan import teaching_views as teaching
from jiannuo.faces.desk.plan import views as plan
from jiannuo.faces.desk.profile import views as profile
from jiannuo.faces.desk.roster import views as roster
from jiannuo.faces.desk.settings import views as settings
from jiannuo.faces.desk.setup import views as setup
from jiannuo.faces.desk.stores import lists as store_lists
from jiannuo.faces.desk.stores import setting as store_setting
from jiannuo.faces.desk.stores import views as stores
from jiannuo.faces.desk.telling import views as telling
from jiannuo.faces.desk.wall import views as wall
from jiannuo.faces.desk.work import views as work

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", views.list_cases, name="case_list"),
    path("work/", work.show_work, name="work_show"),
    path("work/waiting/", work.show_waiting, name="waiting_show"),
    path("work/swaps/<uuid:swap>/", work.open_swap, name="swap_open"),
    path("work/<path:number>/do/<slug:kind>/", work.open_deed, name="deed_open"),
    path("cases/<path:number>/log/", views.open_line, name="line_open"),
    path("cases/<path:number>/files/<uuid:one>/", views.show_file, name="file_show"),
    path(
        "cases/<path:number>/correct/<uuid:event>/", acting.open_correction, name="correction_open"
    ),
    path("cases/<path:number>/do/<slug:kind>/", acting.open_act, name="act_open"),
    path("cases/<path:number>/", views.show_case, name="case_show"),
    path("emergencies/", emergencies.list_emergencies, name="emergency_list"),
    path("emergencies/<path:number>/call/", emergencies.close_call, name="call_close"),
    path("emergencies/<path:number>/", emergencies.show_emergency, name="emergency_show"),
    path("dispatch/", dispatch.list_dispatch, name="dispatch_list"),
    path("dispatch/<path:number>/send/", dispatch.open_visit, name="visit_open"),
    path("handover/", handover.list_handovers, name="handover_list"),
    path("handover/<uuid:one>/", handover.show_handover, name="handover_show"),
    path("roster/", roster.list_roster, name="roster_list"),
    path("roster/new/", roster.open_roster, name="roster_open"),
    path("roster/<str:code>/shift/", roster.show_shift, name="shift_show"),
    path("roster/<str:code>/do/<slug:kind>/", roster.open_shift, name="shift_open"),
    path("hotline/", hotline.show_hotline, name="hotline_show"),
    path("hotline/keep/", hotline.set_draft, name="draft_set"),
    path("hotline/find/", hotline.list_found, name="found_list"),
    path("hotline/drop/", hotline.close_draft, name="draft_close"),
    path("hotline/read/<path:number>/", hotline.show_read, name="read_show"),
    path("sign-in/", door.open_session, name="session_open"),
    path("sign-in/code/", door.open_factor, name="factor_open"),
    path("sign-out/", door.close_session, name="session_close"),
    path("accounts/", accounts.list_people, name="person_list"),
    path("accounts/new/", accounts.open_person, name="person_open"),
    path("accounts/<uuid:person>/", accounts.show_person, name="person_show"),
    path("audit/", audit.list_audit, name="audit_list"),
    path("me/account/", accounts.show_account, name="account_show"),
    path("me/account/app/", own.set_app, name="app_set"),
    path("me/account/key/", own.set_key, name="key_set"),
    path("me/account/codes/", own.show_codes, name="codes_show"),
    path("me/account/password/", own.set_password, name="password_set"),
    path("find/", finding.list_finds, name="finding_list"),
    path("find/live/", finding.show_finds, name="finding_show"),
    path("plan/", plan.list_plan, name="plan_list"),
    path("plan/dates/", plan.open_dates, name="dates_open"),
    path("plan/lists/", plan.open_lists, name="checklists_open"),
    path("plan/training/", teaching.list_training, name="training_list"),
    path("plan/training/<uuid:customer>/", teaching.show_training, name="training_show"),
    path("plan/training/<uuid:customer>/<str:code>/", teaching.show_course, name="course_show"),
    path(
        "plan/training/<uuid:customer>/<str:code>/do/<slug:kind>/",
        teaching.open_course,
        name="course_open",
    ),
    path(
        "plan/training/<uuid:customer>/<str:code>/sign-in/",
        teaching.show_signin,
        name="signin_show",
    ),
    path(
        "plan/training/<uuid:customer>/<str:code>/certificates/",
        teaching.show_certificate,
        name="certificate_show",
    ),
    path("plan/renewals/", renewing.list_renewals, name="renewal_list"),
    path("plan/renewals/<uuid:contract>/", renewing.show_renewal, name="renewal_show"),
    path(
        "plan/renewals/<uuid:contract>/do/<slug:kind>/", renewing.open_renewal, name="renewal_open"
    ),
    path("plan/<uuid:contract>/<slug:quarter>/", plan.show_inspection, name="inspection_show"),
    path(
        "plan/<uuid:contract>/<slug:quarter>/do/<slug:kind>/",
        plan.open_step,
        name="inspection_open",
    ),
    path("plan/<uuid:contract>/<slug:quarter>/check/", plan.open_checklist, name="checklist_open"),
    path("plan/<uuid:contract>/<slug:quarter>/case/", plan.open_finding, name="finding_open"),
    path("plan/<uuid:contract>/<slug:quarter>/report/", plan.show_report, name="report_show"),
    path(
        "plan/<uuid:contract>/<slug:quarter>/files/<uuid:one>/", plan.show_photo, name="photo_show"
    ),
    path("inbox/", telling.list_inbox, name="inbox_list"),
    path("inbox/<uuid:bundle>/", telling.close_bundle, name="bundle_close"),
    path("a/<int:delivery>-<str:code>/", telling.show_link, name="link_show"),
    path("me/phrases/", phrases.list_phrases, name="phrase_list"),
    path("me/phrases/offer/", phrases.show_offer, name="offer_show"),
    path("me/notices/", settings.show_liking, name="liking_show"),
    path("stores/", stores.show_store, name="store_show"),
    path("stores/do/<slug:kind>/", stores.open_booking, name="booking_open"),
    path("stores/parts/", store_lists.list_parts, name="part_list"),
    path("stores/parts/<uuid:part>/", store_lists.show_part, name="part_show"),
    path("stores/parts/<uuid:part>/minimum/", store_setting.set_minimum, name="minimum_set"),
    path("stores/code/", store_setting.set_code, name="code_set"),
    path("stores/loaners/", store_lists.list_loaners, name="loaner_list"),
    path("stores/repairs/", store_lists.list_repairs, name="repair_list"),
    path("stores/repairs/<path:number>/", store_lists.show_repair, name="repair_show"),
    path("stores/replacements/", store_lists.list_replacements, name="replacement_list"),
    path("stores/count/", store_setting.open_count, name="count_open"),
    path("stores/places/", store_setting.open_place, name="place_open"),
    path("stores/labels/", store_lists.show_labels, name="label_show"),
    path("health/", health.show_health, name="health_show"),
    path("figures/", figures.open_figures, name="figures_open"),
    path("figures/promises/", figures.list_promises, name="promise_list"),
    path("figures/promises/<slug:code>/", figures.show_promise, name="promise_show"),
    path("figures/late/", figures.list_misses, name="miss_list"),
    path("figures/kpis/", figures.list_kpis, name="kpi_list"),
    path("figures/kpis/<slug:code>/", figures.show_kpi, name="kpi_show"),
    path("figures/duties/", figures.list_duties, name="duty_list"),
    path("figures/duties/<slug:code>/", figures.show_duty, name="duty_show"),
    path("figures/sheets/<slug:what>/", figures.show_sheet, name="sheet_show"),
    path("wall/", wall.show_wall, name="wall_show"),
    path("profile/", profile.list_profiles, name="profile_list"),
    path("profile/<int:number>/", profile.show_profile, name="profile_show"),
    path("profile/<int:number>/file/", profile.show_file, name="profile_file_show"),
    path("profile/drafts/<uuid:one>/", profile.show_draft, name="draft_show"),
    path("profile/drafts/<uuid:one>/edit/", profile.open_draft, name="draft_open"),
    path("settings/channels/", settings.list_channels, name="channel_list"),
    path("settings/channels/<str:code>/", settings.show_channel, name="channel_show"),
    path("settings/wording/", settings.list_wordings, name="wording_list"),
    path("settings/wording/<str:kind>/", settings.show_wording, name="wording_show"),
    path("settings/ladders/", settings.list_ladders, name="ladder_list"),
    path("setup/", setup.show_setup, name="setup_show"),
    path("setup/<slug:step>/", setup.open_setup, name="setup_open"),
    path("import/", bringing.list_imports, name="import_list"),
    path("import/<int:number>/", bringing.show_import, name="import_show"),
    path("import/<int:number>/refused/", bringing.show_refused, name="refused_show"),
    path("import/<slug:kind>/", bringing.open_import, name="import_open"),
    path("import/<slug:kind>/template/", bringing.show_template, name="template_show"),
    path("knowledge/", knowledge.list_articles, name="article_list"),
    path("knowledge/new/", knowledge.open_article, name="article_open"),
    path("knowledge/<str:number>/", knowledge.show_article, name="article_show"),
    path("knowledge/<str:number>/do/<slug:kind>/", knowledge.open_edition, name="edition_open"),
    path("settings/holidays/", settings.show_holidays, name="holiday_show"),
    # customers, contracts, devices
    path("customers/", customers.list_customers, name="customer_list"),
    path("customers/add/", customers.open_customer, name="customer_open"),
    path("customers/<uuid:customer>/", customers.show_customer, name="customer_show"),
    path("customers/<uuid:customer>/archive/", archive.show_archive, name="archive_show"),
    path("customers/<uuid:customer>/do/<slug:kind>/", customers.open_act, name="customer_act_open"),
    path("contacts/<uuid:person>/do/<slug:kind>/", customers.open_contact, name="contact_open"),
    path("sites/<uuid:site>/", sites.show_site, name="site_show"),
    path("sites/<uuid:site>/change/", sites.open_site, name="site_open"),
    path("contracts/<uuid:contract>/", contract.show_contract, name="contract_show"),
    path("contracts/<uuid:contract>/do/<slug:kind>/", contract.open_contract, name="contract_open"),
    path("contracts/<uuid:contract>/devices/", registering.open_devices, name="device_add_open"),
    path("extras/<str:number>/do/<slug:kind>/", customers.open_extra, name="extra_open"),
    path("claims/", claims.list_claims, name="claim_list"),
    path("claims/<str:number>/", claims.show_claim, name="claim_show"),
    path("claims/<str:number>/do/<slug:kind>/", claims.open_claim, name="claim_open"),
    path("complaints/<str:number>/", claims.show_complaint, name="complaint_show"),
    path("complaints/<str:number>/do/<slug:kind>/", claims.open_complaint, name="complaint_open"),
    path("devices/", devices.list_devices, name="device_list"),
    path("devices/<uuid:unit>/", devices.show_device, name="device_show"),
    path("devices/<uuid:unit>/archive/", archive.show_device_archive, name="device_archive_show"),
    path("devices/<uuid:unit>/do/<slug:kind>/", devices.open_device, name="device_open"),
]
