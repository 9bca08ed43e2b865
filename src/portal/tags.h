// The elements our pages are made of; `tag::p(...)` makes a paragraph (html.h).
// No element that runs or loads something from elsewhere is in the list: adding
// one here is the place to ask why. Constants; any thread.
#pragma once

#include "portal/html.h"

namespace art32::portal::tag {

inline constexpr Element html{"html"};
inline constexpr Element head{"head"};
inline constexpr Element body{"body"};
inline constexpr Element title{"title"};
inline constexpr Element header{"header"};
inline constexpr Element footer{"footer"};
inline constexpr Element nav{"nav"};
inline constexpr Element main_part{"main"};
inline constexpr Element section{"section"};
inline constexpr Element article{"article"};
inline constexpr Element aside{"aside"};
inline constexpr Element h1{"h1"};
inline constexpr Element h2{"h2"};
inline constexpr Element h3{"h3"};
inline constexpr Element h4{"h4"};
inline constexpr Element p{"p"};
inline constexpr Element a{"a"};
inline constexpr Element span{"span"};
inline constexpr Element div{"div"};
inline constexpr Element strong{"strong"};
inline constexpr Element em{"em"};
inline constexpr Element b{"b"};
inline constexpr Element i{"i"};
inline constexpr Element small{"small"};
inline constexpr Element code{"code"};
inline constexpr Element pre{"pre"};
inline constexpr Element kbd{"kbd"};
inline constexpr Element samp{"samp"};
inline constexpr Element time{"time"};
inline constexpr Element ol{"ol"};
inline constexpr Element ul{"ul"};
inline constexpr Element li{"li"};
inline constexpr Element dl{"dl"};
inline constexpr Element dt{"dt"};
inline constexpr Element dd{"dd"};
inline constexpr Element table{"table"};
inline constexpr Element caption{"caption"};
inline constexpr Element thead{"thead"};
inline constexpr Element tbody{"tbody"};
inline constexpr Element tr{"tr"};
inline constexpr Element th{"th"};
inline constexpr Element td{"td"};
inline constexpr Element abbr{"abbr"};
inline constexpr Element ins{"ins"};
inline constexpr Element del_{"del"};
inline constexpr Element details{"details"};
inline constexpr Element summary{"summary"};
inline constexpr Element figure{"figure"};
inline constexpr Element figcaption{"figcaption"};
inline constexpr Element blockquote{"blockquote"};
inline constexpr Element form{"form"};
inline constexpr Element label{"label"};
inline constexpr Element select{"select"};
inline constexpr Element option{"option"};
inline constexpr Element button{"button"};
inline constexpr Element svg{"svg"};
inline constexpr Element g{"g"};
inline constexpr Element path{"path"};
inline constexpr Element rect{"rect"};
inline constexpr Element circle{"circle"};
inline constexpr Element line{"line"};
inline constexpr Element text{"text"};
inline constexpr Element polyline{"polyline"};
inline constexpr Element svg_title{"title"};
inline constexpr Element desc{"desc"};
inline constexpr Element meta{"meta", Content::nothing};
inline constexpr Element link{"link", Content::nothing};
inline constexpr Element br{"br", Content::nothing};
inline constexpr Element hr{"hr", Content::nothing};
inline constexpr Element input{"input", Content::nothing};

}  // namespace art32::portal::tag
