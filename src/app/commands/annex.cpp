// art32 annex check | show | diff | history | publish
#include "annex/annex_file.h"

#include "annex/difference.h"
#include "annex/render.h"
#include "app/commands/command_line.h"
#include "app/commands/output.h"
#include "app/controls.h"
#include "app/server_commands.h"

namespace art32::app {
namespace {

using base::ErrorCode;
using base::Result;

base::Path annex_folder(const Context& context, const std::string& path) {
  return path.empty() ? context.folder().annex() : base::Path(path);
}

Result<int> check(const Context& context, const std::string& path) {
  const base::Path folder = annex_folder(context, path);
  ART32_ASSIGN(const auto files, annex::read_folder(folder));
  const annex::Loaded loaded = annex::parse(files, annex_vocabulary());
  if (context.as_json) {
    json::array list;
    for (const annex::Finding& finding : loaded.findings)
      list.push_back(
          {{"file", finding.file}, {"line", finding.line}, {"what", finding.what}, {"mend", finding.mend}});
    print(pretty(list));
  } else if (loaded.findings.empty()) {
    print(fmt::format("The annex holds together: version {}, {} measures, both languages.\n",
                      loaded.annex.document.version, loaded.annex.measures().size()));
  } else {
    print(annex::format(loaded.findings));
  }
  return loaded.findings.empty() ? 0 : base::describe(ErrorCode::check_failed).exit_code;
}

// A published version by its number, or a folder.
Result<model::Annex> find_annex(const Context& context, const std::string& name) {
  std::error_code ignored;
  if (name.empty() || std::filesystem::is_directory(name, ignored))
    return annex::load(annex_folder(context, name), annex_vocabulary());
  if (name.find('/') != std::string::npos)
    return base::failure(ErrorCode::not_found, fmt::format("there is no folder {}", name),
                         "name a folder with an annex, or a published version such as 1.0.0");
  ART32_ASSIGN(const json::value answer, ask(context.folder(), "annex published", {{"version", name}}));
  return annex::from_json(std::string_view(answer.at("annex").as_string()));
}

// Where a running server shows the state of this annex; empty where none does.
std::string pages_of(const Context& context, const std::string& name) {
  std::error_code ignored;
  if (!name.empty() && std::filesystem::is_directory(name, ignored)) return {};
  const auto status = ask(context.folder(), "status", {});
  return status ? std::string(status->at("url").as_string()) : std::string();
}

Result<int> show(const Context& context, const std::string& name, model::Language language,
                 const std::string& format) {
  ART32_ASSIGN(const model::Annex annex, find_annex(context, name));
  if (format == "pdf") {
    ART32_ASSIGN(const base::Bytes pdf, annex::to_pdf(annex, language, pages_of(context, name)));
    print(base::as_text(pdf));
  } else if (format == "html") {
    print(annex::to_html(annex, language, pages_of(context, name)));
  } else if (format == "json") {
    print(annex::to_json(annex) + "\n");
  } else {
    print(annex::to_markdown(annex, language, pages_of(context, name)));
  }
  return 0;
}

Result<int> diff(const Context& context, const std::string& before, const std::string& after,
                 model::Language language) {
  ART32_ASSIGN(const model::Annex old_annex, find_annex(context, before));
  ART32_ASSIGN(const model::Annex new_annex, find_annex(context, after));
  const auto differences = annex::compare(old_annex, new_annex);
  if (context.as_json)
    print(annex::to_json(differences) + "\n");
  else
    print(differences.empty() ? "Nothing changed.\n"
                              : annex::to_text(differences, language, colours_wanted()));
  return 0;
}

std::string versions_text(const json::value& versions) {
  Table table({"version", "published", "effective", "state", "digest", "evidence"});
  for (const json::value& version : versions.as_array()) {
    const auto text = [&](const char* key) { return std::string(version.at(key).as_string()); };
    table.add({{text("version")},
               {text("published")},
               {text("effective")},
               {text("state")},
               {text("digest").substr(0, 16)},
               {fmt::format("leaf {}", version.at("evidence").to_number<std::uint64_t>())}});
  }
  return table.text(colours_wanted());
}

Result<int> history(const Context& context) {
  ART32_ASSIGN(const json::value versions, ask(context.folder(), "annex history", {}));
  print(context.as_json ? pretty(versions) : versions_text(versions));
  return 0;
}

Result<int> publish(const Context& context) {
  ART32_ASSIGN(const json::value before, ask(context.folder(), "annex history", {}));
  ART32_ASSIGN(const json::value after, ask(context.folder(), "annex publish", {}));
  if (context.as_json)
    print(pretty(after));
  else
    print((after.as_array().size() > before.as_array().size()
               ? std::string("Published.\n")
               : std::string("Nothing new: this version is published already.\n")) +
          versions_text(after));
  return 0;
}

struct ShowArguments {
  std::string annex;
  std::string after;
  std::string language = "de";
  std::string format = "md";

  model::Language chosen() const { return *model::parse_language(language); }
};

void add_language(CLI::App& command, ShowArguments& arguments) {
  command.add_option("--lang", arguments.language, "de or en")
      ->check(CLI::IsMember({"de", "en"}))
      ->capture_default_str();
}

void add_show(CLI::App& annex, Context& context) {
  auto& command =
      add_command(annex, "show", "Print the annex", "art32 annex show --lang en --format pdf > annex.pdf");
  auto arguments = std::make_shared<ShowArguments>();
  command
      .add_option("annex", arguments->annex, "A published version or a folder; else the installation's annex")
      ->type_name("VERSION|PATH");
  add_language(command, *arguments);
  const CLI::Option* format = command.add_option("--format", arguments->format, "md, html, json or pdf")
                                  ->check(CLI::IsMember({"md", "html", "json", "pdf"}))
                                  ->capture_default_str();
  command.callback([&context, arguments, format] {
    context.action = [&context, arguments, format]() -> Result<int> {
      if (context.as_json && format->count() > 0 && arguments->format != "json")
        return base::failure(
            ErrorCode::invalid_argument,
            fmt::format("--json and --format {} ask for different things", arguments->format),
            "leave one of them out; see `art32 annex show --help`");
      return show(context, arguments->annex, arguments->chosen(),
                  context.as_json ? "json" : arguments->format);
    };
  });
}

void add_diff(CLI::App& annex, Context& context) {
  auto& command =
      add_command(annex, "diff", "Print what changed since another version", "art32 annex diff 1.0.0");
  auto arguments = std::make_shared<ShowArguments>();
  command.add_option("old", arguments->annex, "A published version or a folder")
      ->required()
      ->type_name("VERSION|PATH");
  command.add_option("new", arguments->after, "The same; else the installation's annex")
      ->type_name("VERSION|PATH");
  add_language(command, *arguments);
  command.callback([&context, arguments] {
    context.action = [&context, arguments] {
      return diff(context, arguments->annex, arguments->after, arguments->chosen());
    };
  });
}

void add_versions(CLI::App& annex, Context& context) {
  auto& listing = add_command(annex, "history", "List the published versions", "art32 annex history");
  listing.callback([&context] { context.action = [&context] { return history(context); }; });
  auto& publishing =
      add_command(annex, "publish", "Publish the annex as it stands on disk; its version number must be new",
                  "art32 annex publish");
  publishing.callback([&context] { context.action = [&context] { return publish(context); }; });
}

}  // namespace

void add_annex_commands(CLI::App& root, Context& context) {
  CLI::App& annex =
      add_command(root, "annex", "The document: measures and promises in two languages", "art32 annex check");
  annex.require_subcommand(1);
  auto& command =
      add_command(annex, "check", "Find what keeps the annex from being published, with file and line",
                  "art32 annex check ./annex");
  auto path = std::make_shared<std::string>();
  command.add_option("annex", *path, "A folder; else the installation's annex")->type_name("PATH");
  command.callback([&context, path] { context.action = [&context, path] { return check(context, *path); }; });
  add_show(annex, context);
  add_diff(annex, context);
  add_versions(annex, context);
}

}  // namespace art32::app
