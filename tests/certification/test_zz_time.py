import time, pytest
from certification.operations import guidelines
@pytest.mark.django_db
def test_a():
    from marketplace.catalogue.models import User
    from marketplace.site.demo.guidelines import load_guidelines
    t=time.perf_counter()
    a=[User.objects.create_user(username=f"a{i}@x.example",email=f"a{i}@x.example",staff_role="admin",display_name="A") for i in range(2)]
    print("users",time.perf_counter()-t); t=time.perf_counter()
    from certification.dictionary import grow_dictionary
    from certification.guidelines import shipped_inventories
    grow_dictionary(sorted(key for tests in shipped_inventories().values() for key in tests))
    print("inv",time.perf_counter()-t); t=time.perf_counter()
    load_guidelines(admins=a)
    print("load",time.perf_counter()-t); t=time.perf_counter()
    from certification.models import KnownTest
    print(KnownTest.objects.count())
    from certification.operations.intake import receive_run
    from certification import tasks, queue
    for n in ("guideline-2020.06-parallel3.v2","identity-serial.v1"):
        raw=__import__("pathlib").Path(f"/work/main/tests/data/runs/{n}.gz").read_bytes()
        r=receive_run(chunks=[raw],limit=10**7,via="page",by=None).run
        print("intake",time.perf_counter()-t); t=time.perf_counter()
        for i in queue.lease_due(limit=9,seconds=9): tasks.work(entry_id=i)
        print("work",time.perf_counter()-t); t=time.perf_counter()
        r.refresh_from_db(); print(r.state, [(e.target,e.guideline.document_id,e.verdict,e.tests_passed,e.tests_total,e.tests_failed,e.tests_skipped,e.tests_missing) for e in r.evaluations.all()], r.exact)
