//! Every kind of value goes in and comes back the same.

use crate::engines::{Place, on_both, op, tables};
use chinwag_sql::{Engine, Error, FromValue, Row, Sql, Value, sql};
use std::sync::Arc;
use uuid::Uuid;

on_both!(
    values_come_back,
    nulls_fit_every_column,
    contradicting_types_are_named,
    sums_are_integers,
    bad_parameters_are_refused,
    lists_are_for_postgres
);

const TABLE: &str = "CREATE TABLE things (k {int} NOT NULL PRIMARY KEY, id {id}, n {int}, t {text}, b {bytes}){strict}";
static PUT: Sql = sql("INSERT INTO things (k, id, n, t, b) VALUES (?1, ?2, ?3, ?4, ?5)");
static GET: Sql = sql("SELECT id, n, t, b FROM things WHERE k = ?1");

type Thing = (Option<Uuid>, Option<i64>, Option<String>, Option<Vec<u8>>);

async fn round(place: &Place, key: i64, thing: Thing) -> Thing {
    let put = op(move |tx| {
        let (id, n, t, b) = thing.clone();
        Box::pin(async move {
            tx.exec(&PUT, &[key.into(), id.into(), n.into(), t.into(), b.into()]).await
        })
    });
    assert_eq!(place.db.write(put, |changed| changed).await.unwrap(), 1);
    let row = one(place, &GET, key).await.unwrap();
    (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap(), row.get(3).unwrap())
}

async fn one(place: &Place, statement: &'static Sql, key: i64) -> Result<Row, Error> {
    place
        .db
        .read(op(move |tx| Box::pin(async move { tx.row(statement, &[key.into()]).await })))
        .await
}

async fn values_come_back(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let long = "é".repeat(70_000);
    let things: [Thing; 4] = [
        (Some(Uuid::nil()), Some(0), Some(String::new()), Some(Vec::new())),
        (
            Some(Uuid::max()),
            Some(i64::MAX),
            Some("naïve 🙂 'quoted' ?1 $1".into()),
            Some(vec![0, 255, 7]),
        ),
        (
            Some(Uuid::from_u128(0x0123_4567_89ab_cdef)),
            Some(i64::MIN),
            Some(long),
            Some(vec![9; 100_000]),
        ),
        (None, Some(-1), None, None),
    ];
    for (key, thing) in things.into_iter().enumerate() {
        assert_eq!(round(&place, key as i64, thing.clone()).await, thing);
    }
}

async fn nulls_fit_every_column(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    assert_eq!(round(&place, 1, (None, None, None, None)).await, (None, None, None, None));
    let row = one(&place, &GET, 1).await.unwrap();
    assert!(matches!(row.get::<String>(2), Err(Error::Corrupt { index: 2, .. })));
}

fn corrupt<T: FromValue>(row: &Row, index: usize) -> bool {
    matches!(row.get::<T>(index), Err(Error::Corrupt { index: named, .. }) if named == index)
}

async fn contradicting_types_are_named(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    round(&place, 1, (Some(Uuid::max()), Some(7), Some("seven".into()), Some(vec![7; 3]))).await;
    let row = one(&place, &GET, 1).await.unwrap();
    assert!(corrupt::<String>(&row, 0) && corrupt::<bool>(&row, 1) && corrupt::<i64>(&row, 2));
    assert!(corrupt::<Uuid>(&row, 3) && corrupt::<i64>(&row, 4));
    assert_eq!(row.get::<Vec<u8>>(0).unwrap(), [0xff; 16]);
    assert_eq!(row.get::<u32>(1).unwrap(), 7);
    assert_eq!(row.len(), 4);
}

static TOTALS: Sql = sql("SELECT count(*), sum(n), max(n) > 2, min(?1) FROM things");

async fn sums_are_integers(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    for n in [10_000, -3, 0, 123_456_789] {
        round(&place, n, (None, Some(n), None, None)).await;
    }
    let row = place
        .db
        .read(op(|tx| Box::pin(async move { tx.row(&TOTALS, &["x".into()]).await })))
        .await
        .unwrap();
    assert_eq!((row.get::<i64>(0).unwrap(), row.get::<i64>(1).unwrap()), (4, 123_466_786));
    assert!(row.get::<bool>(2).unwrap());
    assert_eq!(row.get::<String>(3).unwrap(), "x");
}

async fn bad_parameters_are_refused(place: Arc<Place>) {
    tables(&place.db, TABLE).await;
    let nul = op(|tx| {
        Box::pin(async move {
            tx.exec(&PUT, &[1.into(), Value::Null, Value::Null, "a\0b".into(), Value::Null]).await
        })
    });
    assert!(matches!(place.db.write(nul, drop).await, Err(Error::Statement(_))));
    let few = op(|tx| Box::pin(async move { tx.exec(&PUT, &[1.into()]).await }));
    assert!(matches!(place.db.write(few, drop).await, Err(Error::Statement(_))));
    let wrong = op(|tx| {
        Box::pin(async move {
            tx.exec(&PUT, &[1.into(), Value::Null, "one".into(), Value::Null, Value::Null]).await
        })
    });
    assert!(matches!(place.db.write(wrong, drop).await, Err(Error::Statement(_))));
}

static ADD_UP: Sql = sql("SELECT CAST(sum(x) AS bigint) FROM unnest(?1::bigint[]) AS t(x)");
static JOIN_UP: Sql =
    sql("SELECT string_agg(coalesce(x, '-'), ',') FROM unnest(?1::text[]) AS t(x)");

async fn lists_are_for_postgres(place: Arc<Place>) {
    let sum = op(|tx| {
        Box::pin(async move { tx.row(&ADD_UP, &[vec![1_i64, 2, 3].into()]).await?.get::<i64>(0) })
    });
    let joined = op(|tx| {
        let list = vec![Some("a".to_owned()), None];
        Box::pin(async move { tx.row(&JOIN_UP, &[list.into()]).await?.get::<String>(0) })
    });
    match place.db.engine() {
        Engine::Postgres => {
            assert_eq!(place.db.read(sum).await.unwrap(), 6);
            assert_eq!(place.db.read(joined).await.unwrap(), "a,-");
        }
        Engine::Sqlite => assert!(matches!(place.db.read(sum).await, Err(Error::Statement(_)))),
    }
}
