# Active Record before a database that is separated by team: nothing but the concern of
# docs/guide/rails.md knows of it. Claims of two teams come in CLAIM_1 and CLAIM_2.
require "active_record"

ActiveRecord::Base.establish_connection(
  adapter: "postgresql", host: ENV["PGHOST"], port: ENV["PGPORT"], database: ENV["PGDATABASE"],
  username: ENV["PGUSER"], password: ENV["PGPASSWORD"], sslmode: ENV["PGSSLMODE"], pool: 2
)

class Invoice < ActiveRecord::Base
  self.table_name = "invoice"
end

module ActsForCaller
  def act_for_caller
    connection = ActiveRecord::Base.connection # from Rails 7.2 on: lease_connection
    connection.execute("SET art32.claim = #{connection.quote(request.headers["X-Art32-Claim"].to_s)}")
    yield
    connection.execute("RESET art32.claim")
  rescue Exception
    connection&.throw_away! # what failed isn't used again
    raise
  end
end

Request = Struct.new(:headers)
Controller = Struct.new(:request) do
  include ActsForCaller
end

def request(claim)
  headers = claim ? { "X-Art32-Claim" => claim } : {}
  result = nil
  Controller.new(Request.new(headers)).act_for_caller { result = yield }
  result
end

$failed = false

def check(name, holds, seen = nil)
  puts holds ? "ok #{name}" : "not ok #{name}: #{seen.inspect}"
  $failed ||= !holds
end

def refused
  yield
  nil
rescue ActiveRecord::StatementInvalid => error
  error.cause.result&.error_field(PG::Result::PG_DIAG_SQLSTATE)
end

def teams
  Invoice.distinct.pluck(:team_id)
end

claims = { 1 => ENV["CLAIM_1"], 2 => ENV["CLAIM_2"] }
check("nobody sees nothing", refused { teams } == "42501")
2.times do
  [[1, 2], [2, 1]].each do |team, other|
    seen = request(claims[team]) { teams }
    check("team #{team} sees its rows", seen == [team], seen)
    made = request(claims[team]) { Invoice.create!(note: "of #{team}") }
    check("team #{team} writes its rows", request(claims[team]) { Invoice.find(made.id).team_id } == team)
    request(claims[other]) do
      check("team #{other} finds none of #{team}", Invoice.find_by(id: made.id).nil?)
      check("team #{other} updates none of #{team}", Invoice.where(id: made.id).update_all(note: "x").zero?)
      check("team #{other} deletes none of #{team}", Invoice.where(id: made.id).delete_all.zero?)
      injected = Invoice.where("note = '') or (1=1").pluck(:team_id).uniq
      check("an injection shows team #{other} its own", injected == [other], injected)
    end
    refusal = refused { request(claims[other]) { Invoice.create!(note: "x", team_id: team) } }
    check("team #{other} writes none for #{team}", refusal == "42501", refusal)
    check("afterwards nobody acts", refused { teams } == "42501")
  end
end
seen = request(claims[1]) { Invoice.transaction { Invoice.transaction(requires_new: true) { teams } } }
check("a transaction has the claim, and its savepoints", seen == [1], seen)
reached = false
[nil, "' or 1=1 --", "a.b.c"].each do |claim|
  refusal = refused { request(claim) { reached = true } }
  check("a request without a claim goes no further", %w[22023 28000].include?(refusal), refusal)
end
check("nor has one", !reached)
exit($failed ? 1 : 0)
