//! Code memory under machine code of random regions: links, freeing while running, many regions at once.

use tests::code_memory::{freed_while_it_runs, links, many_alive};

#[test]
fn every_exit_goes_where_it_is_linked() {
    assert_eq!(links(), Ok(()));
}

#[test]
fn regions_do_not_get_into_each_others_way() {
    assert_eq!(many_alive(), Ok(()));
}

#[test]
fn code_that_is_freed_while_it_runs_goes_on() {
    assert_eq!(freed_while_it_runs(), Ok(()));
}
