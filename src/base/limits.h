// Every bound of the system in one place. Each queue, buffer and wait takes its
// limit from here, so that a reader sees what bad input can cost at most.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace art32::base::limits {

using namespace std::chrono_literals;

// Ledger (C2SP tlog-tiles: an entry's length is a 16-bit number).
inline constexpr std::size_t ledger_entry_octets = 65'535;
inline constexpr std::size_t ledger_record_octets = 4U << 20;
inline constexpr std::size_t ledger_batch_entries = 16'384;  // written with one sync
inline constexpr std::size_t ledger_batch_octets = 32U << 20;
inline constexpr std::size_t ledger_queue_octets = 64U << 20;  // waiting for the writer
inline constexpr auto ledger_queue_wait = 10s;
inline constexpr std::size_t ledger_segment_octets = 64U << 20;  // of one records file
inline constexpr std::size_t ledger_backlog_entries = 262'144;   // acknowledged, not yet under a checkpoint
inline constexpr auto ledger_integrate_wait = 100ms;  // at most, from acknowledgement to integration
inline constexpr auto ledger_quiet_wait = 20ms;       // without appends, before it integrates
inline constexpr auto ledger_retry_wait = 500ms;      // after an integration that failed
inline constexpr std::uint64_t ledger_open_check_entries = 1'000'000;  // the newest, read in full at open

// HTTPS server.
inline constexpr std::size_t http_header_octets = 16U << 10;
inline constexpr std::size_t http_body_octets = 64U << 10;
inline constexpr std::size_t http_connections = 10'000;
inline constexpr auto http_handshake_wait = 10s;
inline constexpr auto http_request_wait = 15s;  // from first octet to the whole request
inline constexpr auto http_idle_wait = 60s;     // between requests
inline constexpr auto http_write_wait = 60s;
inline constexpr auto http_drain_wait = 10s;
inline constexpr auto http_linger_wait = 2s;  // for what still comes after a refusal
inline constexpr std::size_t http_linger_octets = 256U << 10;
inline constexpr std::size_t http_blocking_requests = 64;  // running or waiting for the small pool
inline constexpr std::size_t http_blocking_threads = 2;
// Passwords are hashed apart, one at a time: running or waiting, from strangers and from whom we expect.
inline constexpr std::size_t http_sign_in_requests = 5;
inline constexpr std::size_t http_expected_sign_in_requests = 16;
inline constexpr std::size_t http_sign_in_threads = 1;
inline constexpr auto refusal_log_wait = 60s;  // between two lines about the same peer

// Wrong passwords in a minute; then none is checked until the minute has gone on.
inline constexpr unsigned sign_in_tries_of_name = 10;       // one name at one peer
inline constexpr unsigned sign_in_tries_of_peer = 10;       // all names that aren't expected there
inline constexpr unsigned sign_in_tries_of_strangers = 60;  // those of all peers
inline constexpr std::size_t sign_in_remembered = 1'024;    // names at peers
inline constexpr std::size_t sign_in_logged_peers = 64;     // the rest stand in one line
inline constexpr auto sign_in_expected = 10min;             // after a password was set
inline constexpr std::size_t account_name_octets = 64;
inline constexpr std::size_t account_token_name_octets = 100;

// Customers' teams, users and API tokens.
inline constexpr std::size_t identity_page_rows = 1'000;  // of a list, at once
inline constexpr std::size_t team_name_octets = 200;
inline constexpr std::size_t user_login_octets = 254;    // RFC 5321 section 4.5.3.1.3, without its < >
inline constexpr std::size_t token_name_octets = 1'020;  // 255 characters, as Laravel's column
inline constexpr std::size_t token_octets = 512;         // as presented; longer ones are no token's
inline constexpr std::size_t token_abilities = 100;
inline constexpr std::size_t token_ability_octets = 100;
inline constexpr std::size_t token_abilities_octets = 2'000;  // as JSON: they stand in a header
inline constexpr unsigned token_tries_of_address = 100;       // wrong ones in a minute
inline constexpr std::size_t token_tries_remembered = 4'096;  // addresses with wrong ones
inline constexpr auto token_tries_sweep = 1s;                 // between two looks for whom to forget
inline constexpr std::size_t token_tries_octets = 64;         // of an address
inline constexpr auto token_turn = 8s;  // past that number, each token is looked up in one second of so many
inline constexpr auto token_life = std::chrono::hours(100 * 365 * 24);  // of all tokens, at most
inline constexpr std::size_t token_cache_entries = 65'536;              // used lately: some 30 MiB
inline constexpr std::size_t token_uses_waiting = 65'536;               // of different tokens, to be written
inline constexpr std::size_t token_uses_batch = 1'000;                  // written at once
inline constexpr auto token_uses_wait = 30s;                            // fewer than that wait so long
inline constexpr std::size_t token_change_rows = 10'000;                // imported or pruned with one record
inline constexpr std::size_t token_report_rows = 1'000;                 // of tokens that were found in public
inline constexpr std::size_t api_body_depth = 4;                        // of JSON that is sent to the API
inline constexpr std::size_t api_shown_name_octets = 64;                // of a member's name, in an error
inline constexpr std::size_t scanner_keys = 32;                         // of who reports tokens
inline constexpr std::size_t scanner_key_file_octets = 64U << 10;

// SCRAM (RFC 5802), server and client side.
inline constexpr std::size_t scram_message_octets = 4'096;
inline constexpr std::size_t scram_nonce_octets = 512;  // each side's part
inline constexpr std::size_t scram_salt_octets = 256;
inline constexpr std::size_t scram_password_octets = 4'096;
inline constexpr unsigned scram_iterations = 1'000'000;  // a third of a second

// The annex: what a folder of TOML files may hold.
inline constexpr std::size_t annex_files = 64;
inline constexpr std::size_t annex_file_octets = 1U << 20;
inline constexpr std::size_t annex_text_octets = 4'000;  // a paragraph
inline constexpr std::size_t annex_title_octets = 200;   // a title, a name, a promise in words
inline constexpr std::size_t annex_findings = 200;       // one check; the rest is counted
inline constexpr std::size_t annex_json_octets = 4U << 20;
inline constexpr auto annex_pdf_wait = 120s;

// Own database.
inline constexpr auto database_busy_wait = 5s;  // for another process's lock
inline constexpr std::size_t database_cached_statements = 64;

// Event loops: what one loop holds for all of its streams together.
inline constexpr std::size_t loop_receive_buffers = 256;  // a power of two
inline constexpr std::size_t loop_receive_octets = 4'096;
inline constexpr std::size_t loop_bulk_buffers = 8;  // a power of two
inline constexpr std::size_t loop_bulk_octets = 128U << 10;
inline constexpr std::size_t loop_queued_octets = 16U << 10;  // of one stream, until the turn ends
inline constexpr std::size_t loop_spare_buffers = 64;
inline constexpr std::size_t loop_events_a_turn = 512;
inline constexpr std::size_t loop_held_octets = 64U << 10;  // of a resumed stream, in one piece

// Host names, looked up off the loop.
inline constexpr unsigned resolver_threads = 4;
inline constexpr std::size_t resolver_waiting = 256;

// API tokens in place of passwords at the gateway, looked up off the loop.
inline constexpr unsigned bearer_threads = 2;
inline constexpr std::size_t bearer_waiting = 10'000;
inline constexpr auto bearer_check = 60s;   // a session's token is looked at again
inline constexpr auto bearer_trust = 300s;  // without an answer

// Control socket and subprocesses.
inline constexpr std::size_t control_message_octets = 16U << 20;
inline constexpr auto control_wait = 300s;
inline constexpr std::size_t subprocess_output_octets = 64U << 20;

// Probes: what one run may report, and how long past its limit it is waited for.
inline constexpr std::size_t probe_observations = 1'000;
inline constexpr std::size_t probe_observation_octets = 2'000;  // of what was seen, and of a target's name
inline constexpr auto probe_grace = 200ms;

// The bad go-between of the mutation proof.
inline constexpr std::size_t careless_exchanges = 32;
inline constexpr auto careless_exchange_wait = 5s;

// The gateway to PostgreSQL.
inline constexpr std::size_t gateway_login_octets = 64U << 10;     // held of a log-in, either side
inline constexpr std::size_t gateway_held_octets = 1U << 20;       // of a message that is needed whole
inline constexpr std::size_t gateway_scanned_octets = 256U << 10;  // of a query; longer ones may do anything
inline constexpr std::size_t gateway_statement_octets = 1U << 20;  // text of a prepared statement
inline constexpr std::size_t gateway_name_octets = 4U << 10;       // of a portal and a statement together
inline constexpr std::size_t gateway_settings_octets = 16U << 20;  // of all lists of settings of a worker
inline constexpr std::size_t gateway_pending_settings = 100;       // SET in one transaction
inline constexpr std::size_t gateway_statements_of_client = 10'000;
inline constexpr std::size_t gateway_statement_octets_of_client = 16U << 20;  // of their texts together
inline constexpr std::size_t gateway_statements_of_server = 500;
inline constexpr std::size_t gateway_statements_kept = 2'000;  // that no client has any more
inline constexpr std::size_t gateway_statements_kept_octets = 16U << 20;
inline constexpr std::size_t gateway_waiting_clients = 100'000;  // for one pool
inline constexpr std::size_t gateway_looked_at_servers = 8;      // for one that fits best
inline constexpr std::size_t gateway_cancels = 1'000;            // under way
inline constexpr std::size_t gateway_cancel_key_octets = 32;     // in protocol 3.2
inline constexpr std::size_t gateway_log_records = 10'000;       // of statements, before they are sealed
inline constexpr std::size_t gateway_logged_value_octets =
    64U << 10;                                     // of a parameter; of longer ones the digest
inline constexpr auto gateway_retry_wait = 100ms;  // to a server that failed, doubled each time
inline constexpr auto gateway_retry_most = 5s;
// Requests that one server owes answers to.
inline constexpr std::size_t gateway_pending_requests = 100'000;
inline constexpr auto gateway_linger_wait = 2s;  // for what still comes after a farewell
inline constexpr std::size_t gateway_linger_octets = 4U << 20;
inline constexpr std::size_t gateway_lingering = 1'000;          // connections, of a worker
inline constexpr std::size_t gateway_remembered_tries = 4'096;   // addresses with wrong passwords
inline constexpr std::size_t gateway_expected_users = 4'096;     // who signed in before, with the address
inline constexpr unsigned gateway_tries_of_others = 16;          // times those of one address
inline constexpr auto gateway_look_after = 50ms;                 // idle: looked at before it is lent
inline constexpr std::size_t gateway_options_octets = 8U << 10;  // of the start-up parameter `options`

// Claims (docs/formats/claim.md).
inline constexpr std::size_t claim_word_octets = 64;
inline constexpr std::size_t claim_octets = 1'024;  // as a token
inline constexpr auto claim_life = 3'600s;
inline constexpr auto claim_usual_life = 60s;  // of those that art32 signs at the edge
inline constexpr auto claim_skew = 10s;        // a claim may come from a clock that much ahead
inline constexpr auto entry_life = 30s;        // on the way to the database
inline constexpr std::size_t tenancy_keys = 8;
inline constexpr std::size_t tenancy_key_octets = 32;
inline constexpr auto tenancy_read_wait = 10s;  // for a table that somebody alters

// The posture of separated databases, as the running server checks it.
inline constexpr auto posture_period = 5min;
inline constexpr auto posture_age = 3 * posture_period;  // older, a result counts for nothing
inline constexpr auto posture_retry = 15s;               // while the door is shut, or nothing is known
inline constexpr auto posture_wait = 20s;                // of one check, without connecting
inline constexpr auto posture_first_wait = 5s;  // before the gateway opens, for those that are enforced
inline constexpr auto posture_ask_wait = 45s;   // of whoever wants a check now
inline constexpr std::size_t posture_logged_findings = 10;  // of one result, in the log

// The audit trail.
inline constexpr auto trail_status_period = 10s;  // what the server hears without asking; it waits 60 s
inline constexpr auto trail_seal_period = 500ms;
inline constexpr std::chrono::milliseconds trail_first_retry = 1s;
inline constexpr std::chrono::milliseconds trail_last_retry = 15s;
inline constexpr auto trail_connect_wait = 15s;
inline constexpr auto trail_confirm_wait = 10s;
inline constexpr std::uint64_t trail_idle_octets = 1U << 20;  // of the log, without a change of ours
inline constexpr std::size_t trail_slot_letters = 63;
inline constexpr std::size_t trail_record_octets = 64U << 20;                // a row of many such values
inline constexpr std::size_t trail_block_octets = trail_record_octets + 4U;  // before it is pressed
inline constexpr std::size_t trail_usual_block_octets = 1U << 20;
inline constexpr std::size_t trail_waiting_octets = 32U << 20;     // of records before they are written
inline constexpr std::uint64_t trail_segment_octets = 256U << 20;  // of one file, or one epoch
inline constexpr std::size_t trail_value_octets = 1U << 20;        // longer, a record has its digest
inline constexpr auto trail_segment_span = 24h;  // between the first and the last epoch of a file
inline constexpr std::chrono::minutes trail_forget_period{10};     // what is old enough is looked for
inline constexpr std::size_t trail_remembered_epochs = 1'000'000;  // of the chain of seals

// Looks into the trail.
inline constexpr auto trail_look_life = 24h;  // then a sealed look answers for no more pages
inline constexpr auto trail_look_wait = 3s;   // of one search by the JSON API or a page
inline constexpr auto trail_look_turn = 200ms;
inline constexpr std::size_t trail_look_octets = 8U << 20;
inline constexpr std::size_t trail_idle_searches = 2;  // of a database, kept open
inline constexpr unsigned trail_search_threads = 2;    // of a listener
inline constexpr std::size_t trail_search_requests = 16;
inline constexpr std::size_t trail_page_records = 10'000;  // of an export
inline constexpr std::size_t trail_page_octets = 1U << 20;
inline constexpr std::size_t trail_part_octets = 6U << 20;  // of an answer; base64 makes it 8 MiB
inline constexpr std::size_t trail_page_statements = 2'000;
inline constexpr std::size_t trail_page_outcomes = 100'000;    // looked at for a page's statements
inline constexpr auto trail_chain_wait = 20s;                  // reading on of the seals in the ledger
inline constexpr std::size_t event_answer_octets = 64U << 10;  // of a receiver

// Witnesses of the ledger (c2sp.org/tlog-witness).
inline constexpr std::chrono::milliseconds witness_wait = 5s;  // for one answer
inline constexpr std::size_t witness_answer_octets = 64U << 10;
inline constexpr double witness_cosignatures_a_second = 20;  // of one log
inline constexpr double witness_cosignatures_at_once = 100;
inline constexpr auto witnessed_wait = 20s;  // for what is cosigned, by whoever needs it

}  // namespace art32::base::limits
