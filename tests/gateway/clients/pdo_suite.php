<?php
// PHP's PDO against the server that PGHOST and PGPORT name: each case prints one line, "ok NAME"
// or "not ok NAME: why". The same cases run directly and through the gateway (clients_test.cpp).
declare(strict_types=1);

function connect(array $options = [], string $more = ''): PDO
{
    $dsn = 'pgsql:host=' . getenv('PGHOST') . ';port=' . getenv('PGPORT') . ';dbname=' . getenv('PGDATABASE') . $more;
    return new PDO($dsn, getenv('PGUSER'), getenv('PGPASSWORD'), $options + [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
}

function expect(mixed $seen, mixed $wanted): void
{
    if ($seen !== $wanted)
        throw new Exception(var_export($seen, true) . ' instead of ' . var_export($wanted, true));
}

function state_of(callable $work): string
{
    try {
        $work();
    } catch (PDOException $error) {
        return (string) $error->getCode();
    }
    return 'no error';
}

$cases = [
    'simple_queries' => function () {
        $pdo = connect();
        expect($pdo->query('select 6 * 7')->fetchColumn(), 42);
        expect($pdo->exec("create temp table t (a int); insert into t values (1), (2)"), 2);
        expect(count($pdo->query('select * from generate_series(1, 5000)')->fetchAll()), 5000);
    },
    'native_prepared_statements' => function () {
        $pdo = connect();
        for ($turn = 0; $turn < 10; $turn++) {
            $statement = $pdo->prepare('select ?::int + 1, ?::text');
            for ($number = 0; $number < 8; $number++) {
                $statement->execute([$number, "n$number"]);
                expect($statement->fetch(PDO::FETCH_NUM), [$number + 1, "n$number"]);
            }
            unset($statement);  // DEALLOCATE, as a simple query
        }
    },
    'many_native_statements_at_once' => function () {
        $pdo = connect();
        $statements = [];
        for ($number = 0; $number < 60; $number++)
            $statements[] = $pdo->prepare("select $number + ?::int");
        foreach ([1, 2] as $plus)
            foreach ($statements as $number => $statement) {
                $statement->execute([$plus]);
                expect($statement->fetchColumn(), $number + $plus);
            }
    },
    'emulated_and_unnamed_statements' => function () {
        foreach ([[PDO::ATTR_EMULATE_PREPARES => true], [PDO::PGSQL_ATTR_DISABLE_PREPARES => true]] as $options) {
            $pdo = connect($options);
            $statement = $pdo->prepare('select ?::text || ?::text');
            foreach (['a', "it's"] as $text) {
                $statement->execute([$text, 'b']);
                expect($statement->fetchColumn(), $text . 'b');
            }
        }
    },
    'transactions_and_errors' => function () {
        $pdo = connect();
        $pdo->beginTransaction();
        $pdo->exec('create table pdo_gone (a int)');
        expect(state_of(fn () => $pdo->query('select 1/0')), '22012');
        expect(state_of(fn () => $pdo->query('select 1')), '25P02');
        $pdo->rollBack();
        expect(state_of(fn () => $pdo->query('select * from pdo_gone')), '42P01');
        expect(state_of(fn () => $pdo->prepare('not sql')->execute()), '42601');
        $bad = $pdo->prepare('select 1 / ?::int');
        expect(state_of(fn () => $bad->execute([0])), '22012');
        $bad->execute([1]);
        expect($bad->fetchColumn(), 1);
        $pdo->beginTransaction();
        $pdo->exec('savepoint s');
        expect(state_of(fn () => $bad->execute([0])), '22012');
        $pdo->exec('rollback to s');
        $bad->execute([1]);
        $pdo->commit();
    },
    'a_statement_that_is_closed_in_a_failed_transaction' => function () {
        $pdo = connect();
        $statement = $pdo->prepare('select 1 / ?::int');
        $pdo->beginTransaction();
        expect(state_of(fn () => $statement->execute([0])), '22012');
        unset($statement);
        $pdo->rollBack();
        expect($pdo->query('select 5')->fetchColumn(), 5);
    },
    'copy_both_ways' => function () {
        $pdo = connect();
        $pdo->beginTransaction();
        $pdo->exec('create temp table t (a int, b text) on commit drop');
        $pdo->pgsqlCopyFromArray('t', array_map(fn ($n) => "$n\trow $n\n", range(1, 500)));
        expect(count($pdo->pgsqlCopyToArray('t')), 500);
        expect(state_of(fn () => $pdo->pgsqlCopyFromArray('t', ["not a number\tx\n"])) !== '00000', true);
        $pdo->rollBack();
        expect($pdo->query('select 1')->fetchColumn(), 1);
    },
    'cursors' => function () {
        $pdo = connect();
        $pdo->beginTransaction();
        $statement = $pdo->prepare('select generate_series(1, 7)', [PDO::ATTR_CURSOR => PDO::CURSOR_SCROLL]);
        $statement->execute();
        expect($statement->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_LAST), [7]);
        expect($statement->fetch(PDO::FETCH_NUM, PDO::FETCH_ORI_ABS, 3), [3]);
        unset($statement);
        $pdo->commit();
    },
    'bytes_and_large_objects' => function () {
        $pdo = connect();
        $octets = random_bytes(30000);
        $statement = $pdo->prepare('select ?::bytea');
        $statement->bindValue(1, $octets, PDO::PARAM_LOB);
        $statement->execute();
        expect(stream_get_contents($statement->fetchColumn()), $octets);
        $pdo->beginTransaction();
        $oid = $pdo->pgsqlLOBCreate();
        $stream = $pdo->pgsqlLOBOpen($oid, 'w');
        fwrite($stream, $octets);
        fclose($stream);
        $stream = $pdo->pgsqlLOBOpen($oid, 'r');
        expect(stream_get_contents($stream), $octets);
        fclose($stream);
        $pdo->pgsqlLOBUnlink($oid);
        $pdo->commit();
    },
    'notices_listen_and_notify' => function () {
        $listener = connect();
        $speaker = connect();
        $listener->exec('listen pdo_news');
        $speaker->exec("do $$ begin raise notice 'x'; end $$");
        $speaker->exec("notify pdo_news, 'here'");
        expect($listener->pgsqlGetNotify(PDO::FETCH_ASSOC, 10000)['payload'], 'here');
    },
    'settings_follow' => function () {
        $pdo = connect();
        $other = connect();
        $pdo->exec("set time zone 'Asia/Tokyo'");
        $pdo->exec("set application_name = 'renamed'");
        expect($other->query('show time zone')->fetchColumn() === 'Asia/Tokyo', false);
        expect($pdo->query('show time zone')->fetchColumn(), 'Asia/Tokyo');
        expect($pdo->query('show application_name')->fetchColumn(), 'renamed');
    },
    'several_clients_at_once' => function () {
        $clients = [];
        for ($number = 0; $number < 8; $number++)
            $clients[] = connect()->prepare('select ?::text');
        for ($turn = 0; $turn < 20; $turn++)
            foreach ($clients as $number => $statement) {
                $statement->execute(["$number.$turn"]);
                expect($statement->fetchColumn(), "$number.$turn");
            }
    },
];

$failed = 0;
foreach ($cases as $name => $work) {
    try {
        $work();
        echo "ok $name\n";
    } catch (Throwable $error) {
        $failed++;
        echo "not ok $name: ", get_class($error), ': ', strtr($error->getMessage(), "\n", ' '), ' (line ', $error->getLine(), ")\n";
    }
}
exit($failed ? 1 : 0);
