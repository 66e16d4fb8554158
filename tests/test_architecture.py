import grimp

OPEN_TO_OTHER_DOMAINS = {"service", "errors", "events", "access"}
# Imports older than the rule. This list only gets shorter.
OLDER_THAN_THE_RULE = {
    ("audience", "channels.repository"),
    ("billing", "accounts.models"),
    ("channels", "accounts.models"),
    ("channels", "billing.catalogue"),
    ("chat", "channels.models"),
    ("products", "accounts.models"),
    ("products", "billing.catalogue"),
    ("products", "channels.models"),
    ("streams", "accounts.models"),
    ("streams", "billing.catalogue"),
    ("streams", "channels.models"),
}


def test_domains_meet_only_at_their_open_modules() -> None:
    graph = grimp.build_graph("storecast")
    hidden = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            match module.split("."), imported.split("."):
                case ["storecast", "domains", importer, *_], ["storecast", "domains", domain, name, *_]:
                    if importer != domain and name not in OPEN_TO_OTHER_DOMAINS:
                        hidden.add((importer, f"{domain}.{name}"))
    assert hidden - OLDER_THAN_THE_RULE == set()
    assert OLDER_THAN_THE_RULE - hidden == set(), "shorten the list"


def test_broadcast_and_realtime_know_only_kit_and_contracts() -> None:
    graph = grimp.build_graph("storecast")
    foreign = [
        f"{importer} imports {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if importer.startswith(("storecast.broadcast.", "storecast.realtime."))
        and imported.split(".")[1:2] not in (["kit"], ["contracts"], importer.split(".")[1:2], [])
    ]
    assert sorted(foreign) == []
