#include "gateway/harmless_functions.h"

#include <algorithm>
#include <array>

namespace art32::gateway {
namespace {

// clang-format off
constexpr std::array names = std::to_array<std::string_view>({
    "abs", "age", "all", "and", "any", "any_value", "array", "array_agg", "array_append", "array_cat",
    "array_dims", "array_length", "array_lower", "array_position", "array_positions", "array_prepend",
    "array_remove", "array_replace", "array_to_json", "array_to_string", "array_upper", "as", "avg",
    "between", "bit", "bit_and", "bit_length", "bit_or", "bool_and", "bool_or", "btrim", "by",
    "cardinality", "case", "cast", "cbrt", "ceil", "ceiling", "char", "char_length", "character",
    "character_length", "chr", "clock_timestamp", "coalesce", "col_description", "concat", "concat_ws",
    "conflict", "convert_from", "convert_to", "corr", "count", "covar_pop", "covar_samp", "cube",
    "cume_dist", "current_database", "current_date", "current_schema", "current_schemas", "current_setting",
    "current_time", "current_timestamp", "current_user", "date", "date_bin", "date_part", "date_trunc",
    "dec", "decimal", "decode", "default", "degrees", "dense_rank", "distinct", "div", "else", "encode",
    "every", "except", "exists", "exp", "explain", "extract", "filter", "first_value", "float", "floor",
    "format", "format_type", "from", "gcd", "gen_random_uuid", "generate_series", "generate_subscripts",
    "get_bit", "get_byte", "greatest", "group", "grouping", "has_column_privilege",
    "has_database_privilege", "has_function_privilege", "has_schema_privilege", "has_sequence_privilege",
    "has_table_privilege", "having", "host", "ilike", "in", "initcap", "intersect", "interval", "into",
    "is", "isfinite", "join", "json_agg", "json_array", "json_array_elements", "json_array_elements_text",
    "json_array_length", "json_build_array", "json_build_object", "json_each", "json_each_text",
    "json_extract_path", "json_extract_path_text", "json_object", "json_object_agg", "json_object_keys",
    "json_populate_record", "json_strip_nulls", "json_to_record", "json_to_recordset", "json_typeof",
    "jsonb_agg", "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_array_length",
    "jsonb_build_array", "jsonb_build_object", "jsonb_each", "jsonb_each_text", "jsonb_extract_path",
    "jsonb_extract_path_text", "jsonb_insert", "jsonb_object", "jsonb_object_agg", "jsonb_object_keys",
    "jsonb_path_exists", "jsonb_path_match", "jsonb_path_query", "jsonb_path_query_array",
    "jsonb_path_query_first", "jsonb_populate_record", "jsonb_pretty", "jsonb_set", "jsonb_strip_nulls",
    "jsonb_to_record", "jsonb_to_recordset", "jsonb_typeof", "justify_days", "justify_hours",
    "justify_interval", "lag", "last_value", "lateral", "lead", "least", "left", "length", "like", "limit",
    "ln", "localtime", "localtimestamp", "log", "log10", "lower", "lpad", "ltrim", "make_date",
    "make_interval", "make_time", "make_timestamp", "make_timestamptz", "materialized", "max", "md5", "min",
    "mod", "mode", "not", "now", "nth_value", "ntile", "nullif", "num_nonnulls", "num_nulls", "numeric",
    "numnode", "obj_description", "octet_length", "offset", "on", "only", "or", "order", "over", "overlaps",
    "overlay", "percent_rank", "percentile_cont", "percentile_disc", "pg_backend_pid", "pg_column_size",
    "pg_encoding_to_char", "pg_get_constraintdef", "pg_get_expr", "pg_get_indexdef", "pg_get_keywords",
    "pg_get_serial_sequence", "pg_get_userbyid", "pg_get_viewdef", "pg_is_in_recovery",
    "pg_postmaster_start_time", "pg_relation_size", "pg_size_pretty", "pg_sleep", "pg_table_is_visible",
    "pg_total_relation_size", "pg_type_is_visible", "pg_typeof", "phraseto_tsquery", "pi",
    "plainto_tsquery", "position", "power", "precision", "quote_ident", "quote_literal", "quote_nullable",
    "radians", "random", "range", "rank", "regexp_match", "regexp_matches", "regexp_replace",
    "regexp_split_to_array", "regexp_split_to_table", "repeat", "replace", "returning", "reverse", "right",
    "rollup", "round", "row", "row_number", "row_to_json", "rpad", "rtrim", "select", "session_user", "set",
    "setweight", "sha224", "sha256", "sha384", "sha512", "shobj_description", "sign", "similar", "some",
    "split_part", "sqrt", "starts_with", "statement_timestamp", "stddev", "stddev_pop", "stddev_samp",
    "string_agg", "string_to_array", "string_to_table", "strip", "strpos", "substr", "substring", "sum",
    "table", "then", "time", "timeofday", "timestamp", "timestamptz", "timezone", "to_ascii", "to_char",
    "to_date", "to_hex", "to_json", "to_jsonb", "to_number", "to_regclass", "to_regnamespace", "to_regproc",
    "to_regtype", "to_timestamp", "to_tsquery", "to_tsvector", "transaction_timestamp", "translate", "trim",
    "trunc", "ts_headline", "ts_rank", "ts_rank_cd", "union", "unnest", "upper", "using", "values",
    "var_pop", "var_samp", "varbit", "varchar", "variance", "varying", "version", "websearch_to_tsquery",
    "when", "where", "width_bucket", "with", "within", "xmlagg", "zone",
});
// clang-format on

constexpr std::size_t longest = 32;

static_assert(std::is_sorted(names.begin(), names.end()));

}  // namespace

bool is_harmless_before_parenthesis(std::string_view name) {
  if (name.size() > longest) return false;
  char lower[longest];
  std::transform(name.begin(), name.end(), lower,
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return std::binary_search(names.begin(), names.end(), std::string_view(lower, name.size()));
}

}  // namespace art32::gateway
