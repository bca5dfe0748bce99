"""JUnit XML as Tempest's converter, pytest, Go and the e2e tests of Kubernetes write it."""

from __future__ import annotations

import pytest

from certification.engine.formats import parse_report
from certification.engine.report import Report, bare_name, id_in_attributes
from tests.engine.formats.building import FAILED, PASSED, SKIPPED, State

# subunit2junitxml (pyjunitxml): attributes in the name, `skip`, a set-up without a class.
TEMPEST = b"""<testsuite errors="0" failures="1" name="" tests="3" time="3.2">
<testcase classname="tempest.api.compute.test_servers.ServersTest" name="test_list[id-AB-1,smoke]"
 time="1.0"/>
<testcase classname="tempest.api.compute.test_servers.ServersTest" name="test_gone[id-ab-2]">
<skip>compute is off</skip></testcase>
<testcase classname="" name="setUpClass (tempest.api.image.test_x.ImagesTest)" time="0.0">
<skip>no image import</skip></testcase>
<testcase classname="tempest.api.compute.test_servers.ServersTest" name="test_bad[id-ab-3](v4)">
<failure type="testtools.testresult.real._StringException">trace</failure></testcase></testsuite>"""

PYTEST = b"""<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite
 name="pytest" errors="1" failures="0" skipped="2" tests="5" time="0.2" hostname="lab">
<testcase classname="tests.test_cloud.TestServers" name="test_list" time="0.1"/>
<testcase classname="tests.test_cloud.TestServers" name="test_sizes[tiny-1]" time="0.1"/>
<testcase classname="tests.test_cloud.TestServers" name="test_sizes[huge-9]" time="0.1">
<skipped type="pytest.skip" message="no room">tests/test_cloud.py:9: no room</skipped></testcase>
<testcase classname="tests.test_cloud" name="test_known_bug"><skipped type="pytest.xfail"
 message="bug 7"/></testcase>
<testcase classname="" name="tests.test_broken" time="0.0"><error message="collection failure"
>ImportError</error></testcase></testsuite></testsuites>"""

GO = b"""<?xml version="1.0" encoding="UTF-8"?><testsuites tests="4" failures="1" time="2.1">
<testsuite tests="4" failures="1" name="github.com/gophercloud/acceptance/compute">
<properties><property name="go.version" value="go1.24"></property></properties>
<testcase classname="github.com/gophercloud/acceptance/compute" name="TestServers"></testcase>
<testcase classname="github.com/gophercloud/acceptance/compute" name="TestServers/create">
<failure message="Failed" type="">servers_test.go:9</failure></testcase>
<testcase classname="github.com/gophercloud/acceptance/compute" name="TestQuota">
<skipped message="quota_test.go:5: admin only"></skipped></testcase>
<testcase classname="github.com/gophercloud/acceptance/compute" name="TestFlavors"></testcase>
</testsuite></testsuites>"""

KUBERNETES = b"""<?xml version="1.0" encoding="UTF-8"?><testsuites tests="6" failures="1"><testsuite
 name="Kubernetes e2e suite" package="/usr/local/bin" tests="6" failures="1">
<testcase name="[SynchronizedBeforeSuite]" classname="Kubernetes e2e suite" status="passed"/>
<testcase name="[It] [sig-network] DNS should resolve names [Conformance]"
 classname="Kubernetes e2e suite" status="passed" time="9.1"/>
<testcase name="[It] [sig-storage] CSI Volumes [Driver: csi-hostpath] should store [Slow]"
 classname="Kubernetes e2e suite" status="skipped"><skipped message="skipped"/></testcase>
<testcase name="[It] [sig-storage] CSI Volumes [Driver: cinder] should store [Slow]"
 classname="Kubernetes e2e suite" status="passed"/>
<testcase name="[It] [sig-apps] Job should end" classname="Kubernetes e2e suite" status="timedout"/>
<testcase name="[It] [sig-node] Pods should run" classname="Kubernetes e2e suite" status="failed">
<failure message="no">trace</failure></testcase></testsuite></testsuites>"""


def states(report: Report) -> dict[str, State]:
    return {entry.name: entry.state for entry in report.entries}


def test_tempest_by_its_converter() -> None:
    report = parse_report(TEMPEST)
    scope = "tempest.api.compute.test_servers.ServersTest"
    found = [(entry.name, entry.idempotent_id, entry.state) for entry in report.entries]
    assert found == [
        (f"{scope}.test_bad(v4)", "ab-3", FAILED),
        (f"{scope}.test_gone", "ab-2", SKIPPED),
        (f"{scope}.test_list", "ab-1", PASSED),
    ]
    assert report.entries[1].reason == "compute is off"
    (fixture,) = report.fixtures
    assert (fixture.kind, fixture.scope) == ("setUpClass", "tempest.api.image.test_x.ImagesTest")
    assert (fixture.state, fixture.reason) == (SKIPPED, "no image import")
    assert report.damage is None


def test_pytest() -> None:
    """A test with parameters is one test, and counts as its worst."""
    assert states(parse_report(PYTEST)) == {
        "tests.test_broken": FAILED,
        "tests.test_cloud.TestServers.test_list": PASSED,
        "tests.test_cloud.TestServers.test_sizes": SKIPPED,
        "tests.test_cloud.test_known_bug": FAILED,
    }


def test_go() -> None:
    package = "github.com/gophercloud/acceptance/compute"
    assert states(parse_report(GO)) == {
        f"{package}.TestFlavors": PASSED,
        f"{package}.TestQuota": SKIPPED,
        f"{package}.TestServers": PASSED,
        f"{package}.TestServers/create": FAILED,
    }


def test_kubernetes() -> None:
    """The title of the suite is no part of a name; what stands in brackets of its own is."""
    assert states(parse_report(KUBERNETES)) == {
        "[SynchronizedBeforeSuite]": PASSED,
        "[sig-apps] Job should end": FAILED,
        "[sig-network] DNS should resolve names [Conformance]": PASSED,
        "[sig-node] Pods should run": FAILED,
        "[sig-storage] CSI Volumes [Driver: cinder] should store [Slow]": PASSED,
        "[sig-storage] CSI Volumes [Driver: csi-hostpath] should store [Slow]": SKIPPED,
    }


@pytest.mark.parametrize(
    ("spelled", "name", "idempotent_id"),
    [
        ("a.b.test_x[id-1,smoke](v4)", "a.b.test_x(v4)", "1"),
        ("a.b.test_x[slow][id-1]", "a.b.test_x", "1"),
        ("a.b.test_x [id-1]", "a.b.test_x", "1"),
        ("[sig-network] DNS [Feature:X][Slow]", "[sig-network] DNS [Feature:X][Slow]", ""),
        ("[id-1]", "", "1"),
    ],
)
def test_which_brackets_are_attributes(spelled: str, name: str, idempotent_id: str) -> None:
    assert (bare_name(spelled), id_in_attributes(spelled)) == (name, idempotent_id)
