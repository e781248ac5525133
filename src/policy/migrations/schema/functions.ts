/**
 * Functions by what they may do. A name that stands in no list is unknown,
 * and unknown is never additive.
 */

/** Never fail on any value of their types, change nothing, and answer at once. */
const TOTAL = words(`
  now transaction_timestamp statement_timestamp clock_timestamp timeofday timezone age date_trunc date_part extract
  isfinite lower upper initcap btrim ltrim rtrim trim length char_length character_length octet_length bit_length
  md5 sha224 sha256 sha384 sha512 concat concat_ws left right replace reverse translate split_part strpos position
  starts_with ascii quote_literal quote_ident quote_nullable to_tsvector to_tsquery plainto_tsquery phraseto_tsquery
  websearch_to_tsquery setweight strip tsvector_concat array_to_tsvector unaccent immutable_unaccent abs ceil ceiling floor round trunc sign array_length
  array_ndims array_lower array_upper cardinality array_to_string array_remove array_position array_append array_prepend
  array_cat jsonb_typeof json_typeof to_json to_jsonb row_to_json json_build_object jsonb_build_object json_build_array
  jsonb_build_array jsonb_strip_nulls jsonb_extract_path jsonb_extract_path_text json_extract_path json_extract_path_text
  coalesce nullif greatest least num_nonnulls num_nulls lower_inc upper_inc isempty host masklen
  encode hashtext current_schema current_database`);

/** Change nothing and run no other statement, but may fail on some values. */
const PURE = words(`
  overlay substring substr regexp_replace regexp_match regexp_matches regexp_split_to_array regexp_split_to_table
  regexp_like regexp_count regexp_instr regexp_substr similar_to_escape format lpad rpad repeat chr to_char to_date
  to_timestamp to_number decode to_hex make_date make_time make_timestamp make_timestamptz make_interval justify_days
  justify_hours justify_interval date_bin mod div power pow sqrt cbrt exp ln log log10 gcd lcm factorial degrees radians
  sin cos tan asin acos atan atan2 pi width_bucket random gamma erf bit_count get_bit get_byte
  generate_series current_setting string_to_array string_to_table array_fill array_replace array_positions array_agg unnest generate_subscripts
  array_shuffle array_sample json_array_length jsonb_array_length json_array_elements json_array_elements_text
  jsonb_array_elements jsonb_array_elements_text json_each json_each_text jsonb_each jsonb_each_text json_object_keys
  jsonb_object_keys jsonb_set jsonb_set_lax jsonb_insert jsonb_pretty json_object jsonb_object json_agg jsonb_agg
  json_object_agg jsonb_object_agg json_to_record jsonb_to_record json_to_recordset jsonb_to_recordset
  json_populate_record jsonb_populate_record jsonb_path_exists jsonb_path_query jsonb_path_query_array
  jsonb_path_query_first jsonb_path_match jsonb_concat array_to_json
  count sum avg min max bool_and bool_or every string_agg bit_and bit_or stddev stddev_pop stddev_samp variance var_pop
  var_samp corr percentile_cont percentile_disc mode rank dense_rank percent_rank cume_dist row_number ntile lag lead
  first_value last_value nth_value any_value range_agg grouping
  ts_rank ts_rank_cd ts_headline tsvector_to_array numnode querytree similarity word_similarity show_trgm levenshtein
  soundex metaphone int4range int8range numrange tsrange tstzrange daterange range_merge point box circle polygon path
  line lseg area center diameter network netmask broadcast family hostmask inet_merge set_masklen xmlparse
  gen_random_bytes digest hmac crypt gen_salt int4 int8 float8 numeric bool date bpchar varchar timestamptz timestamp
  st_makepoint st_setsrid st_point st_geomfromtext st_geogfromtext st_distance st_dwithin st_x st_y st_astext
  st_asgeojson st_transform st_intersects st_contains st_area st_length st_centroid st_srid geography geometry`);

/** Make a fresh value on every call and nothing else. */
const FRESH_VALUES = words(`
  gen_random_uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuid_generate_v3 uuid_generate_v5
  uuid_generate_v7 uuidv4 uuidv7 gen_random_bytes random clock_timestamp timeofday uuid_nil`);

/** Functions of well-known extensions, which live in whichever schema the extension was put. */
const OF_EXTENSIONS = words(`
  gen_random_uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuid_generate_v3 uuid_generate_v5
  uuid_generate_v7 uuid_nil gen_random_bytes digest hmac crypt gen_salt unaccent immutable_unaccent similarity`);

/** Run other statements, reach files, network or settings, or stop the server's work. */
const HARMFUL =
  /^(pg_|lo_|dblink|query_to_|table_to_|cursor_to_|database_to_|schema_to_|setval$|set_config$|currval$|lastval$|txid_|xml_?import|ts_stat$|ts_rewrite$|binary_upgrade|http|net_|cron|create_|drop_|add_|remove_|alter_|delete_|update_|insert_|exec)/;

export type FunctionKind = "total" | "pure" | "fresh" | "nextval" | "harmful" | "unknown";

/**
 * @param name the parts as written: `["pg_catalog", "now"]`
 * @returns what a call may do; a function outside pg_catalog is known only when an extension brings it
 */
export function functionKind(name: readonly string[]): FunctionKind {
  if (/^auth\.(uid|jwt|role|email)$/.test(name.join("."))) return "pure";
  const last = (name.at(-1) ?? "").toLowerCase();
  const schema = name.length > 1 ? name.at(-2) : undefined;
  const builtIn = schema === undefined || schema === "pg_catalog";
  if (!builtIn && !OF_EXTENSIONS.has(last)) return HARMFUL.test(last) ? "harmful" : "unknown";
  if (FRESH_VALUES.has(last)) return "fresh";
  if (last === "nextval") return "nextval";
  if (TOTAL.has(last)) return "total";
  if (PURE.has(last)) return "pure";
  return HARMFUL.test(last) ? "harmful" : "unknown";
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
