//! The frame of every office page: whose city this is, the language, the person, and the ways to go.

use std::sync::Arc;

use domain::permission::Act;
use domain::{Text, say};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;
use leptos_meta::Body;
use leptos_router::components::{Outlet, Redirect};
use leptos_router::hooks::use_location;

use super::Site;
use super::inbox::Unread;
use super::today::Late;
use super::unsent;
use crate::api::session::{DoSignOut, DoSignOutEverywhere};
use crate::api::view::{Frame, Viewer};
use crate::i18n::{language, t};
use crate::routes::PageFrame;
use crate::widgets::address::{encode, here};
use crate::widgets::icon::{Icon, IconName};
use crate::widgets::languages::languages;
use crate::widgets::live::Live;
use crate::widgets::loaded::{failure, outside};
use crate::widgets::toast::Toast;
use crate::widgets::{browser, draft};

/// Whether the office has anything for this person. Inspectors who hold no other role work in the field alone.
fn works_in_the_field_alone(viewer: &Viewer) -> bool {
    viewer.acts.iter().all(|act| *act == Act::Inspect)
}

#[component]
pub fn OfficeFrame() -> impl IntoView {
    let PageFrame(frame) = PageFrame::here();
    let here = here();
    let content = match frame {
        Ok(Frame {
            jurisdiction: None, ..
        }) => view! { <Redirect path="/setup"/> }.into_any(),
        Ok(Frame { viewer: None, .. }) => {
            view! { <Redirect path=format!("/sign-in?to={}", encode(&here.get_untracked()))/> }
                .into_any()
        }
        Ok(Frame {
            jurisdiction: Some(jurisdiction),
            viewer: Some(viewer),
        }) => {
            let (jurisdiction, viewer) = (Arc::new(jurisdiction), Arc::new(viewer));
            let site = Site {
                jurisdiction,
                viewer,
                language: language(),
            };
            provide_context(site.clone());
            let live = opens("/inbox", &site.viewer.acts, "").then(Live::begin);
            let told = live.map(Unread::begin);
            let late = Late::begin(live);
            let toast = Toast::begin();
            view! {
                <a class="skip" href="#main" rel="external">{t(Text::new("跳到正文", "Skip to content"))}</a>
                {topbar(&site, told)}
                {navigation(&site, late)}
                <main class="page" id="main" tabindex="-1">{room(&site)}</main>
                {toast.view()}
            }
            .into_any()
        }
        Err(error) => {
            let again = Callback::new(move |()| browser::go_to(&here.get_untracked()));
            view! { <main class="page" id="main">{failure(&error, again)}</main> }.into_any()
        }
    };
    view! { <Body attr:class="office"/>{content} }.into_any()
}

/// Pages that not everyone may open who may see something: how their addresses begin, and the acts of which one opens them.
const DOORS: &[(&str, &[Act])] = &[
    ("/administration", &[Act::ManagePeople, Act::SettleHeld]),
    ("/administration/devices", &[Act::ManagePeople]),
    ("/administration/districts", &[Act::ManageBodies]),
    ("/administration/held", &[Act::SettleHeld]),
    ("/administration/people", &[Act::ManagePeople]),
    ("/arrangements/new", &[Act::Organise]),
    ("/assignments", &[Act::See, Act::Inspect]),
    ("/bodies/import", &[Act::ManageBodies]),
    ("/bodies/new", &[Act::ManageBodies]),
    ("/campaigns/new", &[Act::Organise]),
    ("/draws", &[Act::See, Act::Inspect]),
    ("/draws/new", &[Act::Organise]),
    ("/guides/new", &[Act::SetRules]),
    ("/inbox", &[Act::See, Act::Inspect]),
    ("/levels/new", &[Act::SetRules]),
    ("/inspections/clearances", &[Act::Organise, Act::Inspect]),
    ("/inspections/exposure", &[Act::Organise]),
    ("/notices/new", &[Act::IssueNotices]),
    ("/record/events", &[Act::Organise]),
    ("/self-inspections", &[Act::SelfInspect]),
    ("/talks/materials/new", &[Act::Organise]),
    ("/talks/new", &[Act::Organise]),
    ("/unsent", &[Act::Inspect]),
];

/// Whether a page is within the reader's role. Today is everyone's: it says itself what there is for whom.
fn opens(path: &str, acts: &[Act], own: &str) -> bool {
    let mut needed: &[Act] = &[Act::See];
    for (beginning, acts) in DOORS {
        if path.starts_with(beginning) {
            // The doors stand in the order of the alphabet: of two that fit, the longer comes later.
            needed = acts;
        }
    }
    // Who somebody is may be read by themselves, who are told there what was done about them, and by those who form teams.
    let person = path.strip_prefix("/administration/people/");
    let is_read = person.is_some_and(|id| {
        id == own || (!matches!(id, "new" | "import") && acts.contains(&Act::Organise))
    });
    path == "/" || is_read || needed.iter().any(|act| acts.contains(act))
}

/// The page itself, or that it is not for this reader. Rows and acts are guarded on their own; this says it in time.
fn room(site: &Site) -> AnyView {
    let path = use_location().pathname;
    let viewer = site.viewer.clone();
    let own = viewer.person.to_string();
    let is_open = Memo::new(move |_| path.with(|path| opens(path, &viewer.acts, &own)));
    let content = move || {
        if is_open.get() {
            view! { <Outlet/> }.into_any()
        } else {
            outside()
        }
    };
    content.into_any()
}

fn topbar(site: &Site, told: Option<Unread>) -> AnyView {
    let sample = site.jurisdiction.sample.then(|| {
        view! { <span class="tag" data-state="general"><Icon name=IconName::Info/><span class="name">{t(Text::new("示例城市", "Sample city"))}</span></span> }
    });
    view! {
        <header class="topbar">
            <button class="button" data-kind="quiet" type="button" popovertarget="nav"
                aria-label=t(Text::new("打开导航", "Open navigation"))>
                <Icon name=IconName::Menu/>
            </button>
            <a class="brand" href="/">
                <img src="/icons/icon.svg" alt="" width="28" height="28"/>
                <strong>{t(Text::new("督帮", "Dubang"))}</strong>
                <span>{site.name(&site.jurisdiction.name)}</span>
            </a>
            {sample}
            {languages()}
            {told.map(Unread::way)}
            {person_menu(site)}
        </header>
    }
    .into_any()
}

fn person_menu(site: &Site) -> AnyView {
    let (out, everywhere) = (
        ServerAction::<DoSignOut>::new(),
        ServerAction::<DoSignOutEverywhere>::new(),
    );
    Effect::new(move |_| {
        let signed_out = out.value().with(|answer| matches!(answer, Some(Ok(()))));
        if signed_out
            || everywhere
                .value()
                .with(|answer| matches!(answer, Some(Ok(()))))
        {
            browser::go_to("/sign-in");
        }
    });
    let menu = NodeRef::<leptos::html::Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    // A press anywhere else is done with it.
    Effect::new(move |_| {
        let pressed = window_event_listener(leptos::ev::pointerdown, move |event| {
            let target = event.target();
            let target = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
            let menu = menu.get_untracked();
            if menu.is_some_and(|menu| !menu.contains(target.as_ref())) {
                close();
            }
        });
        on_cleanup(move || pressed.remove());
    });
    let person = site.viewer.person;
    let drafts = RwSignal::new(0);
    Effect::new(move |_| draft::forget_old());
    // Counted when the menu is opened: forms come and go.
    let opened = move |_| drafts.set(draft::count_of(person));
    let leave_nothing = move || {
        let count = drafts.get();
        (count > 0).then(|| {
            let text = say!(
                language(),
                "本机浏览器存有{count}份未提交的草稿，退出后保留。多人共用这台电脑时：",
                "Drafts not submitted, kept in this browser after you sign out: {count}. If others use this computer:"
            );
            let out = move |_| {
                draft::forget_all_of(person);
                out.dispatch(DoSignOut {});
            };
            view! {
                <p>{text}</p>
                <button type="button" on:click=out>
                    <Icon name=IconName::Trash/>{t(Text::new("清除草稿并退出", "Discard them and sign out"))}
                </button>
            }
        })
    };
    let name = site.name(&site.viewer.name);
    let grant = |grant| view! { <span>{site.grant(grant, &site.viewer.scopes)}</span><br/> };
    let grants: Vec<_> = site.viewer.grants.iter().map(grant).collect();
    view! {
        <details class="menu" node_ref=menu on:keydown=move |event: leptos::ev::KeyboardEvent| {
            if event.key() == "Escape" {
                close();
            }
        }>
            <summary on:click=opened><Icon name=IconName::User/><span class="name">{name}</span><Icon name=IconName::ChevronDown/></summary>
            <div>
                <p><strong>{site.viewer.sign_in_name.clone()}</strong><br/>{grants}</p>
                <p><a href="/password" rel="external"><Icon name=IconName::Lock/>{t(Text::new("修改密码", "Change password"))}</a></p>
                <ActionForm action=out>
                    <button type="submit"><Icon name=IconName::LogOut/>{t(Text::new("退出登录", "Sign out"))}</button>
                </ActionForm>
                <ActionForm action=everywhere>
                    <button type="submit">
                        <Icon name=IconName::LogOut/>{t(Text::new("在所有设备上退出", "Sign out everywhere"))}
                    </button>
                </ActionForm>
                {leave_nothing}
            </div>
        </details>
    }
    .into_any()
}

/// A way to go, offered to whoever may do one of the acts.
struct Way {
    href: &'static str,
    icon: IconName,
    text: Text,
    acts: &'static [Act],
}

const WAYS: &[Way] = &[
    Way {
        href: "/",
        icon: IconName::CalendarCheck,
        text: Text::new("今日", "Today"),
        acts: &[Act::See, Act::Inspect],
    },
    Way {
        href: "/notices",
        icon: IconName::Megaphone,
        text: Text::new("通知", "Notices"),
        acts: &[Act::See],
    },
    Way {
        href: "/talks",
        icon: IconName::MessagesSquare,
        text: Text::new("约谈", "Talks"),
        acts: &[Act::See],
    },
    Way {
        href: "/arrangements",
        icon: IconName::FileText,
        text: Text::new("安排", "Arrangements"),
        acts: &[Act::See],
    },
    Way {
        href: "/campaigns",
        icon: IconName::ClipboardList,
        text: Text::new("督查", "Campaigns"),
        acts: &[Act::See],
    },
    Way {
        href: "/draws",
        icon: IconName::Shuffle,
        text: Text::new("抽取", "Draws"),
        acts: &[Act::See],
    },
    Way {
        href: "/findings",
        icon: IconName::Flag,
        text: Text::new("问题", "Findings"),
        acts: &[Act::See],
    },
    Way {
        href: "/inspections",
        icon: IconName::SearchCheck,
        text: Text::new("检查记录", "Inspections"),
        acts: &[Act::See],
    },
    // Who works in the field alone has no other part of the inspections here.
    Way {
        href: "/inspections/clearances",
        icon: IconName::SearchCheck,
        text: super::clearances::OWN,
        acts: &[Act::Inspect],
    },
    Way {
        href: "/situation",
        icon: IconName::ChartColumn,
        text: Text::new("每日情况", "Situation"),
        acts: &[Act::See],
    },
    Way {
        href: "/bodies",
        icon: IconName::Building,
        text: Text::new("机构", "Bodies"),
        acts: &[Act::See],
    },
    Way {
        href: "/checklists",
        icon: IconName::ListChecks,
        text: Text::new("检查表", "Checklists"),
        acts: &[Act::See],
    },
    Way {
        href: "/record",
        icon: IconName::ChartColumn,
        text: Text::new("数据", "Figures"),
        acts: &[Act::See],
    },
    Way {
        href: "/administration",
        icon: IconName::Settings,
        text: Text::new("管理", "Administration"),
        acts: &[Act::ManagePeople, Act::SettleHeld],
    },
];

fn lies_under(path: &str, href: &str) -> bool {
    path.strip_prefix(href)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn navigation(site: &Site, late: Late) -> AnyView {
    let path = use_location().pathname;
    let offered = |way: &&Way| {
        way.acts.iter().any(|act| site.may(*act))
            && (!matches!(way.href, "/arrangements" | "/campaigns") || site.sees_campaigns())
            && (way.href != "/inspections/clearances" || !site.may(Act::See))
    };
    let item = |way: &'static Way| {
        let is_here = move || {
            path.with(|path| match way.href {
                // What an institution is called to waits on Today.
                "/" => path == "/" || lies_under(path, "/self-inspections"),
                // What is assigned is a part of its campaign.
                "/campaigns" => lies_under(path, "/campaigns") || lies_under(path, "/assignments"),
                href => lies_under(path, href),
            })
        };
        view! {
            <li>
                <a href=way.href aria-current=move || is_here().then_some("page") on:click=|_| browser::close_navigation()>
                    <Icon name=way.icon/>{t(way.text)}{(way.href == "/").then(|| late.count())}
                </a>
            </li>
        }
    };
    let items: Vec<_> = WAYS.iter().filter(offered).map(item).collect();
    let is_import = move || path.with(|path| path == unsent::PATH);
    let field = site.may(Act::Inspect).then(|| {
        view! {
            <li class="--apart">
                <a href="/field" rel="external"><Icon name=IconName::Tablet/>{t(Text::new("现场", "Field"))}</a>
            </li>
            <li>
                <a href=unsent::PATH aria-current=move || is_import().then_some("page") on:click=|_| browser::close_navigation()>
                    <Icon name=IconName::CloudUpload/>{t(unsent::TITLE)}
                </a>
            </li>
        }
    });
    view! {
        <nav class="nav" id="nav" popover="auto" aria-label=t(Text::new("主导航", "Main"))>
            <ul>{items}{field}</ul>
        </nav>
    }
    .into_any()
}

/// What stands on Today for whoever works in the field alone.
pub fn to_the_field(site: &Site) -> Option<AnyView> {
    works_in_the_field_alone(&site.viewer).then(|| {
        view! {
            <section class="card">
                <h2>{t(Text::new("您的工作在现场", "Your work is in the field"))}</h2>
                <p>{t(Text::new(
                    "检查任务在平板页面上打开和填写，没有网络也能使用。",
                    "Assignments are opened and filled in on the tablet’s pages, with or without a network.",
                ))}</p>
                <p><a class="button" data-kind="primary" href="/field" rel="external">
                    <Icon name=IconName::Tablet/>{t(Text::new("打开现场", "Open the field"))}
                </a></p>
            </section>
        }
        .into_any()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::permission::Role;

    #[test]
    fn a_page_opens_to_those_whose_role_has_an_act_for_it() {
        for (path, role, expected) in [
            ("/", Role::Inspector, true),
            ("/findings", Role::Inspector, false),
            ("/findings", Role::InstitutionOfficer, true),
            (
                "/bodies/01890000-0000-7000-8000-000000000000",
                Role::InstitutionOfficer,
                true,
            ),
            ("/bodies/new", Role::InstitutionOfficer, false),
            ("/bodies/new", Role::Administrator, true),
            ("/campaigns/new", Role::Administrator, false),
            ("/campaigns/new", Role::Organiser, true),
            ("/notices/new", Role::Organiser, true),
            ("/talks/new", Role::Organiser, true),
            ("/talks/materials/new", Role::InstitutionOfficer, false),
            ("/talks/materials", Role::InstitutionOfficer, true),
            ("/notices/new", Role::DepartmentOfficer, false),
            ("/inbox", Role::Inspector, true),
            ("/inbox", Role::InstitutionOfficer, true),
            ("/inspections/clearances", Role::Inspector, true),
            ("/inspections/clearances", Role::InstitutionOfficer, true),
            ("/inspections/clearances", Role::Administrator, false),
            ("/self-inspections/x", Role::InstitutionOfficer, true),
            ("/self-inspections/x", Role::Organiser, false),
            ("/inspections/exposure", Role::Inspector, false),
            ("/administration", Role::Organiser, true),
            ("/administration/held", Role::Organiser, true),
            ("/administration/districts", Role::Organiser, false),
            ("/administration/districts", Role::Administrator, true),
            ("/administration/people/new", Role::Organiser, false),
            ("/administration/people/new", Role::Administrator, true),
            ("/administration", Role::DepartmentOfficer, false),
            // One’s own page, and of those whom one puts into teams.
            ("/administration/people/me", Role::InstitutionOfficer, true),
            (
                "/administration/people/other",
                Role::InstitutionOfficer,
                false,
            ),
            ("/administration/people/other", Role::Organiser, true),
        ] {
            assert_eq!(opens(path, role.acts(), "me"), expected, "{path} {role:?}");
        }
    }
}
