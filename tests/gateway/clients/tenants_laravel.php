<?php
// Laravel's database layer and Eloquent before a database that is separated by team: nothing but
// the line in act_for() knows of it, or the middleware of docs/guide/laravel.md. Claims of two teams
// come in CLAIM_1 and CLAIM_2.
require_once '/usr/share/php/Illuminate/Database/autoload.php';
require_once '/usr/share/php/Illuminate/Events/autoload.php';
require_once '/usr/share/php/Illuminate/Http/autoload.php';

use Illuminate\Database\Capsule\Manager as Capsule;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Http\Request;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Facade;

class Invoice extends Model {
    protected $table = 'invoice';
    public $timestamps = false;
    protected $fillable = ['note', 'team_id'];
}

$capsule = new Capsule;
$capsule->addConnection(['driver' => 'pgsql', 'host' => getenv('PGHOST'), 'port' => getenv('PGPORT'),
    'database' => getenv('PGDATABASE'), 'username' => getenv('PGUSER'), 'password' => getenv('PGPASSWORD'),
    'charset' => 'utf8', 'prefix' => '', 'schema' => 'public', 'sslmode' => getenv('PGSSLMODE')]);
$capsule->setAsGlobal();
$capsule->bootEloquent();
$capsule->getContainer()->instance('db', $capsule->getDatabaseManager());
Facade::setFacadeApplication($capsule->getContainer());

class ActForCaller
{
    public function handle($request, $next)
    {
        try {
            $claim = DB::getPdo()->quote((string) $request->header('X-Art32-Claim'));
            DB::unprepared("SET art32.claim = $claim");
            $response = $next($request);
            DB::unprepared('RESET art32.claim');
            return $response;
        } catch (\Throwable $error) {
            DB::purge(); // what failed isn't used again
            throw $error;
        }
    }
}

function act_for(string $claim): void {
    Capsule::statement("SET art32.claim = '$claim'");
}

function check(string $name, bool $holds, $seen = null): void {
    echo $holds ? "ok $name\n" : "not ok $name: " . json_encode($seen) . "\n";
    if (!$holds) $GLOBALS['failed'] = true;
}

function refused(callable $work): string {
    try {
        $work();
    } catch (\Illuminate\Database\QueryException $error) {
        return (string) $error->getCode();
    }
    return '';
}

check('nobody sees nothing', refused(fn() => Invoice::all()) === '42501');
for ($round = 0; $round < 2; $round++) {
    foreach (['1' => '2', '2' => '1'] as $team => $other) {
        act_for(getenv("CLAIM_$team"));
        $teams = Invoice::query()->pluck('team_id')->unique()->values()->all();
        check("team $team sees its rows", $teams == [$team], $teams);
        $made = Invoice::create(['note' => "of $team"]);
        check("team $team writes its rows", Invoice::find($made->id)->team_id == $team);
        act_for(getenv("CLAIM_$other"));
        check("team $other finds none of $team", Invoice::find($made->id) === null);
        check("team $other updates none of $team", Invoice::where('id', $made->id)->update(['note' => 'x']) === 0);
        check("team $other deletes none of $team", Invoice::where('id', $made->id)->delete() === 0);
        check("team $other writes none for $team", refused(fn() => Invoice::create(['note' => 'x', 'team_id' => $team])) === '42501');
        $injected = Capsule::select("select team_id from invoice where note = '' or 1=1 --'");
        check("an injection shows team $other its own", array_unique(array_column($injected, 'team_id')) == [$other], $injected);
    }
}
Capsule::statement('RESET art32.claim');
Capsule::transaction(function () {
    Capsule::statement("SET LOCAL art32.claim = '" . getenv('CLAIM_1') . "'");
    check('a transaction has its own claim', Invoice::query()->pluck('team_id')->unique()->values()->all() == ['1']);
});
check('which ends with it', refused(fn() => Invoice::all()) === '42501');
function request(?string $claim, callable $work) {
    $request = new Request;
    if ($claim !== null) $request->headers->set('X-Art32-Claim', $claim);
    return (new ActForCaller)->handle($request, $work);
}
$teams_seen = fn() => Invoice::query()->pluck('team_id')->unique()->values()->all();
foreach (['1', '2', '1'] as $team) {
    $teams = request(getenv("CLAIM_$team"), $teams_seen);
    check("the middleware acts for team $team", $teams == [$team], $teams);
    check('and no longer', refused($teams_seen) === '42501');
    check('nor after a failure', refused(fn() => request(getenv("CLAIM_$team"), fn() => DB::select('select 1 / 0'))) === '22012' &&
        refused($teams_seen) === '42501');
}
foreach ([null, "' or 1=1 --", 'a.b.c'] as $claim) {
    check('a request without a claim goes no further', refused(fn() => request($claim, fn() => $GLOBALS['reached'] = true)) !== '');
}
check('nor has one', !isset($GLOBALS['reached']));
exit(isset($failed) ? 1 : 0);
