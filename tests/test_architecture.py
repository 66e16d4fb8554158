import grimp

# `tokens` is open, too: oauth adds its grants to the tokens that accounts issues; and `proof`, which others ask for.
# `values` are what services are asked with and answer; `articles` what of a shelf can be bought.
OPEN_TO_OTHER_DOMAINS = {"service", "errors", "events", "access", "callers", "limits", "audit", "tokens", "proof"} | {
    "values",
    "articles",
    "playback",
}
# Signing in is the upper half of accounts: it asks for the same people and grants, and accounts know nothing of it.
UPPER_HALVES = {"sign_ins": "accounts"}
# A row may be handed on as a value and needs its type's name; asking for one is its own domain's business.
ROW_TYPES = "models"


def test_domains_meet_only_at_their_open_modules() -> None:
    graph = grimp.build_graph("storecast")
    hidden = []
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            match module.split("."), imported.split("."):
                case ["storecast", "domains", importer, *rest], ["storecast", "domains", domain, *_, name]:
                    names_rows = name == ROW_TYPES and rest != ["repository"]
                    if (
                        importer != domain
                        and UPPER_HALVES.get(importer) != domain
                        and name not in OPEN_TO_OTHER_DOMAINS
                        and not names_rows
                    ):
                        hidden.append(f"{module} imports {imported}")
    assert hidden == []


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
