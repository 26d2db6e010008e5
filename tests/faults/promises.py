"""What the engine must show, line by line, and the tests that show it.

`tests/house/test_promises.py` finds each of them. Names without a folder stand in `tests/faults`, which
`make faults` runs; the others are run by `make test`.
"""

from typing import Final

SHOWN_BY: Final[dict[str, tuple[str, ...]]] = {
    "SIGKILL before the claim, after it, after the write": (
        "test_kills.test_worker_killed_at_a_point_loses_nothing_and_claims_nothing",
    ),
    "SIGKILL after the provider took it": (
        "test_kills.test_worker_killed_after_the_provider_took_it_marks_the_copy",
        "notica/test_crew.test_worker_killed_in_the_middle_of_a_send_loses_nothing",
    ),
    "the parent killed and the child left": (
        "test_kills.test_killed_parent_leaves_children_that_end_warmly",
        "notica/test_crew.test_job_whose_worker_is_killed_sees_its_sends_to_their_end",
    ),
    "SIGSTOP beyond the lease": (
        "test_kills.test_process_stopped_beyond_its_lease_overwrites_nobody",
        "notica/test_overdue.test_late_answer_after_the_copy_is_claimed_changes_nothing",
        "notica/test_hard_cases.test_send_that_would_outlive_its_lease_is_not_begun",
    ),
    "FLUSHALL with 5,000 due": (
        "test_servers.test_thousands_due_are_found_when_every_key_is_lost",
        "notica/test_crew.test_emptied_redis_costs_a_round_of_the_clock",
    ),
    "Redis down at Send": ("test_servers.test_send_is_taken_while_redis_is_down",),
    "Redis restarted under the workers": ("test_servers.test_workers_outlive_a_redis_that_comes_and_goes",),
    "PostgreSQL restarted in claim, send and write": (
        "test_servers.test_postgresql_that_crashes_at_a_point_loses_nothing",
        "test_servers.test_postgresql_that_restarts_while_many_are_in_flight_costs_nothing",
    ),
    "PostgreSQL away for more than ten seconds": (
        "test_servers.test_outcomes_wait_on_disk_while_postgresql_is_away_and_are_replayed",
        "notica/test_hard_cases.test_replayed_outcome_suppresses_a_dead_address_too",
        "notica/test_hard_cases.test_file_that_cannot_be_read_holds_up_no_other",
    ),
    "429 obeyed by every process, no try spent": (
        "test_providers.test_request_to_wait_is_obeyed_by_every_process",
        "notica/test_delivery.test_throttling_pauses_and_spends_no_try",
    ),
    "one POST on 503": ("channels_app/test_base.test_a_failing_provider_is_asked_once",),
    "a provider that hangs": (
        "channels_app/test_base.test_a_provider_that_hangs_is_uncertain_within_the_deadline",
        "notica/test_delivery.test_hanging_provider_is_left_at_the_deadline_and_holds_nobody_up",
    ),
    "a provider that refuses": ("notica/test_delivery.test_sent_is_taken_is_recorded",),
    "a provider that cuts the answer": (
        "notica/test_delivery.test_lost_answer_brings_one_more_copy_and_marks_it",
        "notica/test_delivery.test_answer_lost_every_time_ends_unconfirmed_and_never_third",
    ),
    "a provider slow to tell what it took": ("notica/test_hard_cases.test_slow_look_up_holds_up_no_send",),
    "SMTP cut before and after the dot": (
        "test_providers.test_mail_cut_before_the_dot_goes_again_and_after_it_is_marked",
        "channels_app/email/test_channel.test_a_cut_is_certain_before_the_dot_only",
    ),
    "ten copies of a callback at once": (
        "test_callbacks.test_ten_copies_of_a_callback_at_once_are_one",
        "test_callbacks.test_callbacks_in_any_order_at_once_end_with_the_best",
        "test_callbacks.test_bounce_told_ten_times_opens_the_next_step_once",
        "notica/test_hard_cases.test_bounce_that_comes_with_its_acceptance_is_not_lost",
    ),
    "forged callbacks": (
        "notica/test_callbacks.test_forged_callback_changes_nothing",
        "notica/test_callbacks.test_callback_of_an_own_account_needs_its_own_secret",
        "notica/test_callbacks.test_body_is_read_to_a_megabyte",
    ),
    "the application's clock two hours off": (
        "test_clocks.test_clock_two_hours_off_changes_nothing",
        "test_clocks.test_no_due_time_or_lease_comes_from_a_process_s_own_clock",
        "test_clocks.test_lease_is_the_database_s",
    ),
    "both DST nights": (
        "test_clocks.test_night_ends_at_six_by_the_wall_clock",
        "notica/test_quiet_hours.test_night_is_as_long_as_the_clock_makes_it",
    ),
    "the fallback matrix": (
        "notica/test_fallback.test_first_phone_takes_it_and_the_second_is_left_alone",
        "notica/test_fallback.test_second_phone_is_tried_when_the_first_is_refused",
        "notica/test_fallback.test_two_channels_failing_at_once_open_one_next_step",
        "notica/test_fallback.test_both_phones_refused_with_email_after_reaches_the_mailbox",
        "notica/test_fallback.test_sms_falls_through_both_phones_of_the_father_to_the_mother",
        "notica/test_fallback.test_barred_guardian_gets_nothing_and_is_no_fallback",
    ),
    "cancel during a send": (
        "test_providers.test_message_cancelled_while_it_goes_out_stops_and_tells_what_went",
        "notica/test_hard_cases.test_copy_that_may_have_gone_out_is_not_said_to_be_stopped",
    ),
    "a poison row": (
        "test_kills.test_send_that_kills_its_process_takes_no_innocent_with_it_twice",
        "notica/test_hard_cases.test_row_that_breaks_the_worker_is_tried_alone_and_set_apart",
        "notica/test_hard_cases.test_urgent_row_that_broke_a_worker_waits_for_no_bulk",
    ),
    "a 50 MB attachment": (
        "test_files.test_large_file_is_in_memory_once_however_many_get_it",
        "channels_app/email/test_channel.test_a_file_is_encoded_once_for_everybody",
    ),
    "4,097 characters": (
        "channels_app/telegram/test_channel.test_4096_characters_go_and_one_more_is_refused_here",
    ),
    "header injection": (
        "channels_app/email/test_channel.test_a_header_cannot_be_smuggled_in",
        "channels_app/email/test_message.test_build_lets_no_subject_or_name_make_a_header",
    ),
    "a double click": (
        "notica/test_actions.test_double_click_sends_once",
        "notica/test_actions.test_double_click_at_the_same_instant_sends_once",
    ),
    "urgent rows while all bulk slots hang": (
        "test_providers.test_urgent_message_passes_bulk_that_hangs_in_every_slot",
    ),
    "suppression": (
        "test_providers.test_address_that_is_gone_is_written_to_no_more",
        "notica/test_addresses.test_dead_phone_is_suppressed_once_and_another_account_s_is_not",
    ),
    "step deadlines with an open circuit": (
        "test_providers.test_step_whose_account_is_broken_opens_the_next_when_its_time_is_over",
        "notica/test_screening.test_a_step_whose_time_is_over_gives_way_to_the_next",
    ),
    "expiry": (
        "notica/test_overdue.test_delivery_expires_only_while_it_waits",
        "notica/test_settling.test_everything_expired_ends_expired",
        "notica/test_hard_cases.test_unanswered_send_of_an_account_that_is_gone_comes_to_its_end",
    ),
    "both sweepers": (
        "notica/test_settling.test_sweeper_finds_what_a_dead_worker_recorded_and_did_not_settle",
        "notica/test_poller.test_message_left_half_written_is_fanned_out_again",
    ),
    "everything at once": ("test_chaos.test_chaos_loses_nothing_and_claims_nothing",),
}
