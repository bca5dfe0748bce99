"""Vendors of what runs on top of a cloud."""

from __future__ import annotations

OF_TOOLS: dict[str, str] = {
    "Greywacke": """
Kubernetes clusters inside a project of your cloud, made by people who run the cloud's own API all
day. Nodes are servers, addresses are ports, volumes are volumes; nothing is hidden below a second
layer.

- A cluster is one request; it stands in about six minutes on a cloud that is not busy.
- Load balancers come from the cloud where it has some, and from the cluster where it has none.
- Logins are those of the cloud: who leaves the project loses the cluster on the same day.

The version of Kubernetes is ours to choose. We skip every second one.
""",
    "Wendel Apps": """
Push a repository and get an address. In between, Wendel Apps builds an image, starts servers in
your project, puts a load balancer before them and watches whether they answer.

It was made for teams of five to fifty without anybody whose work is servers. When you outgrow it,
`wendel export` writes a Heat template that does the same without us.
""",
    "Inkberry Platform": """
Town halls run on forms. Inkberry turns a form into a flow: who reads it, who signs it, where it is
kept, when it may be thrown away.

It runs inside a project of a cloud that the town chooses, and can be moved to another one in a
weekend. Eleven towns did; we have written down [how it
went](https://inkberry.example/moves/).
""",
    "Thistle Balance": """
Most load balancers count connections. Ours asks the servers how they feel: each of them says, once
a second, how much more it can take.

A server that stops answering is left alone for a while and asked again, ever more rarely. The
protocol is one page, open, and has libraries in four languages.
""",
    "Yarrow Backup": """
Copies of servers and volumes by a plan that a person can read:

> every night, keep seven; every Sunday, keep five; the first of a month, keep for ten years

Copies go to the object store of the same cloud, of another cloud, or to both. Twice a month Yarrow
starts a server from a copy that it picked by chance, looks whether it comes up, and tells you.
""",
    "Saltcote Watch": """
Shows what a project does on one screen without a single round dial. What is unusual moves to the
top; everything else stays where you put it.

It reads the meters of the cloud, and needs no agent in your servers.
""",
    "Fallow Plan": """
Describe servers, networks and rules in files; `fallow plan` says what would change and what it
would cost by the hour, and `fallow go` does it. Both are the same code, so that a plan never lies.

Free, in the open, and maintained by three people who use it for their own clouds. Support is sold
by the hour, in the hours in which we are awake.
""",
}
